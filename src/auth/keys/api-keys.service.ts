import { Injectable } from '@nestjs/common';
import { Clock, notFound, ruleError, type Page, type Paged } from '../../common/index.js';
import { Database } from '../../database/index.js';
import { Audit } from '../../journal/index.js';
import { whoAsks } from '../access/who-asks.js';
import type { ApiKey } from './api-key.entity.js';
import { ApiKeysRepository, type ApiKeyFields } from './api-keys.repository.js';
import { KeyCheck } from './key-check.js';
import { newKey } from './key-text.js';

/** A key that was just made: the only time its text is there. */
export interface FreshKey {
  key: ApiKey;
  text: string;
}

/** The API keys of the workspace that asks. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly database: Database,
    private readonly check: KeyCheck,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  async create(fields: Pick<ApiKeyFields, 'name' | 'role' | 'scopes' | 'expiresAt'>): Promise<FreshKey> {
    const { workspaceId, name: createdBy } = whoAsks();
    if (fields.expiresAt && fields.expiresAt <= this.clock.now()) {
      throw ruleError('EXPIRES_IN_THE_PAST', 'The key would have expired already', 'Set a later expiresAt');
    }
    const { text, prefix, hash } = newKey();
    return this.database.transaction(async (tx) => {
      const key = await this.keys.insert({ ...fields, workspaceId, createdBy, prefix, hash }, tx);
      const change = { action: 'api_key.created', entity: 'api_key', entityId: key.id };
      await this.audit.record(tx, { ...change, after: fields });
      return { text, key };
    });
  }

  list(page: Page): Promise<Paged<ApiKey>> {
    return this.keys.list(page, whoAsks().workspaceId);
  }

  /** @throws DomainError `API_KEY_NOT_FOUND` */
  async get(id: string): Promise<ApiKey> {
    const key = await this.keys.find(id, whoAsks().workspaceId);
    if (!key) throw notFound('API key');
    return key;
  }

  /**
   * Makes a key like the one that is there, which goes on working for `overlapS` seconds; the new one lasts as long as
   * that one was made for.
   * @throws DomainError `API_KEY_NOT_FOUND`, `API_KEY_OVER` (revoked, expired or rotated already)
   */
  async rotate(id: string, overlapS: number): Promise<FreshKey> {
    const { workspaceId, name: createdBy } = whoAsks();
    const fresh = await this.database.transaction(async (tx) => {
      const old = await this.keys.lock(id, workspaceId, tx);
      if (!old) throw notFound('API key');
      this.refuseIfOver(old);
      const { text, prefix, hash } = newKey();
      const { name, role, scopes } = old;
      const fields = { workspaceId, name, role, scopes, createdBy, prefix, hash };
      const key = await this.keys.insert({ ...fields, expiresAt: this.sameLife(old) }, tx);
      await this.keys.replace(id, key.id, overlapS, tx);
      const change = { action: 'api_key.rotated', entity: 'api_key', entityId: id };
      await this.audit.record(tx, { ...change, after: { replacedBy: key.id, overlapSeconds: overlapS } });
      return { text, key };
    });
    this.check.forget();
    return fresh;
  }

  /** From then on it opens nothing; revoking again changes nothing. @throws DomainError `API_KEY_NOT_FOUND` */
  async revoke(id: string): Promise<ApiKey> {
    const { workspaceId } = whoAsks();
    await this.database.transaction(async (tx) => {
      const key = await this.keys.lock(id, workspaceId, tx);
      if (!key) throw notFound('API key');
      if (key.revokedAt) {
        this.audit.changedNothing();
        return;
      }
      await this.keys.revoke(id, tx);
      const change = { action: 'api_key.revoked', entity: 'api_key', entityId: id };
      await this.audit.record(tx, { ...change, before: { name: key.name, role: key.role } });
    });
    this.check.forget();
    return this.get(id);
  }

  private refuseIfOver({ revokedAt, expiresAt, replacedBy }: ApiKey): void {
    const isExpired = expiresAt !== null && expiresAt <= this.clock.now();
    if (revokedAt || replacedBy || isExpired) {
      const words = revokedAt ? 'revoked' : replacedBy ? 'rotated' : 'expired';
      throw ruleError('API_KEY_OVER', `The API key is ${words} already`, 'Create another one');
    }
  }

  private sameLife({ createdAt, expiresAt }: ApiKey): Date | null {
    return expiresAt && new Date(this.clock.now().getTime() + expiresAt.getTime() - createdAt.getTime());
  }
}
