import { Injectable } from '@nestjs/common';
import { decodeJwt } from 'jose';
import type { Identity } from '../access/identity.js';
import { invalidToken } from '../access/refusals.js';
import { AccessTokens } from './access-tokens.js';
import { IssuerTokens } from './issuer-tokens.js';
import { SessionsService } from './sessions.service.js';

/** Who holds a token, ours or an outside issuer's. Each is checked with its own algorithm and key only. */
@Injectable()
export class TokenCheck {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly issuerTokens: IssuerTokens,
    private readonly sessions: SessionsService,
  ) {}

  /** @throws DomainError `INVALID_TOKEN`, `TOKEN_EXPIRED`, `FORBIDDEN` (an outside token without a role) */
  async identify(token: string): Promise<Identity> {
    if (this.issuerTokens.isTheirs(issuerOf(token))) return this.issuerTokens.identify(token);
    const session = await this.sessions.live(await this.accessTokens.sessionOf(token));
    if (!session) throw invalidToken();
    const { id: sessionId, userId, email, role, workspaceId } = session;
    const actor = { kind: 'user', id: userId, name: email } as const;
    return { actor, role, workspaceId, scopes: null, sessionId };
  }
}

/** Not believed, only used to choose who checks. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    throw invalidToken();
  }
}
