import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/index.js';
import { BriefCache } from '../access/brief-cache.js';
import type { Identity } from '../access/identity.js';
import { invalidKey, tokenExpired } from '../access/refusals.js';
import type { ApiKey } from './api-key.entity.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { isKeyOf, prefixOf } from './key-text.js';
import { LastUses } from './last-uses.js';

/** Who holds an API key. */
@Injectable()
export class KeyCheck {
  private readonly known: BriefCache<ApiKey | undefined>;

  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly uses: LastUses,
    private readonly clock: Clock,
  ) {
    this.known = new BriefCache(clock);
  }

  /** @throws DomainError `INVALID_API_KEY`, `TOKEN_EXPIRED` */
  async identify(text: string): Promise<Identity> {
    const prefix = prefixOf(text);
    if (prefix === undefined) throw invalidKey();
    const key = await this.known.get(prefix, () => this.keys.findByPrefix(prefix));
    if (!isKeyOf(text, key?.hash) || !key || key.revokedAt) throw invalidKey();
    if (key.expiresAt && key.expiresAt <= this.clock.now()) throw tokenExpired('The API key has expired');
    this.uses.note(key);
    const { id, name, role, scopes, workspaceId } = key;
    return { actor: { kind: 'api_key', id, name }, role, scopes, workspaceId };
  }

  /** Something about a key has changed: the next request reads it again. */
  forget(): void {
    this.known.clear();
  }
}
