import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/index.js';
import { KeyCheck } from '../keys/key-check.js';
import { TokenCheck } from '../sessions/token-check.js';
import { credentialOf } from './credential.js';
import { OPEN_IDENTITY, type Identity } from './identity.js';

/** Finds out who asks. What they may do is for the guard to say. */
@Injectable()
export class Authenticator {
  readonly isOpen: boolean;

  constructor(
    config: AppConfig,
    private readonly keys: KeyCheck,
    private readonly tokens: TokenCheck,
  ) {
    this.isOpen = config.AUTH_MODE === 'open';
  }

  /**
   * Undefined where no credentials were sent. In open mode none is looked at: everybody is an owner anyway.
   * @throws DomainError `INVALID_API_KEY`, `INVALID_TOKEN`, `TOKEN_EXPIRED`, `FORBIDDEN` (a token without a role)
   */
  async identify(headers: IncomingHttpHeaders): Promise<Identity | undefined> {
    if (this.isOpen) return OPEN_IDENTITY;
    const credential = credentialOf(headers);
    if (credential === undefined) return undefined;
    const check = credential.kind === 'key' ? this.keys : this.tokens;
    return check.identify(credential.text);
  }
}
