import { Injectable } from '@nestjs/common';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { Clock, DomainError, isAtLeast, isId, ROLES, type Role } from '../../common/index.js';
import { AppConfig } from '../../config/index.js';
import { DEFAULT_WORKSPACE_ID } from '../../database/index.js';
import type { Identity } from '../access/identity.js';
import { forbidden, invalidToken, tokenExpired } from '../access/refusals.js';
import { claimAt } from './claim-at.js';

/** Never HS256: its "key" would be the issuer's public one, which everybody has. */
const ALGORITHM = 'RS256';
/** Two machines' clocks may differ by so much. Seconds. */
const CLOCK_TOLERANCE_S = 5;
const KEYS_TIMEOUT_MS = 5000;
/** OpenID Connect's own limit for `sub`, and about that of an e-mail address. Characters. */
const LONGEST = 255;

/** Reads the tokens of an outside issuer (`AUTH_ISSUER`): Auth0, Keycloak, Entra and their kin. */
@Injectable()
export class IssuerTokens {
  private readonly keys?: JWTVerifyGetKey;

  constructor(
    private readonly config: AppConfig,
    private readonly clock: Clock,
  ) {
    if (config.AUTH_JWKS_URL === undefined) return;
    // Kept for ten minutes; asked for again, at most every half a minute, when a token names a key that is not there.
    this.keys = createRemoteJWKSet(new URL(config.AUTH_JWKS_URL), { timeoutDuration: KEYS_TIMEOUT_MS });
  }

  isTheirs(issuer: string | undefined): boolean {
    return this.keys !== undefined && issuer === this.config.AUTH_ISSUER;
  }

  /** @throws DomainError `INVALID_TOKEN`, `TOKEN_EXPIRED`, `FORBIDDEN`, `UNAVAILABLE` (its keys cannot be had) */
  async identify(token: string): Promise<Identity> {
    const claims = await this.claimsOf(token);
    const { sub = '', email } = claims;
    const name = typeof email === 'string' ? email : sub;
    return {
      actor: { kind: 'user', id: sub.slice(0, LONGEST), name: name.slice(0, LONGEST) },
      role: this.roleOf(claims),
      workspaceId: this.workspaceOf(claims),
      scopes: null,
    };
  }

  private async claimsOf(token: string): Promise<JWTPayload> {
    if (!this.keys) throw invalidToken();
    const { AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience } = this.config;
    const { payload } = await jwtVerify(token, this.keys, {
      algorithms: [ALGORITHM],
      issuer,
      audience,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: this.clock.now(),
    }).catch((error: unknown) => {
      throw refusalOf(error);
    });
    return payload;
  }

  /** The strongest of ours among those the token has. */
  private roleOf(claims: JWTPayload): Role {
    const claim = claimAt(claims, this.config.AUTH_ROLE_CLAIM);
    const given: unknown[] = Array.isArray(claim) ? claim : [claim];
    const roles = ROLES.filter((role) => given.includes(role));
    const strongest = roles.find((role) => roles.every((other) => isAtLeast(role, other)));
    if (strongest) return strongest;
    throw forbidden(`The token's claim ${this.config.AUTH_ROLE_CLAIM} names none of: ${ROLES.join(', ')}`);
  }

  private workspaceOf(claims: JWTPayload): string {
    const { AUTH_WORKSPACE_CLAIM } = this.config;
    if (AUTH_WORKSPACE_CLAIM === undefined) return DEFAULT_WORKSPACE_ID;
    const claim = claimAt(claims, AUTH_WORKSPACE_CLAIM);
    if (typeof claim === 'string' && isId(claim)) return claim;
    throw forbidden(`The token's claim ${AUTH_WORKSPACE_CLAIM} names no workspace`);
  }
}

/** Everything jose finds wrong with a token is the token's fault, but for keys that cannot be fetched. */
function refusalOf(error: unknown): DomainError {
  if (error instanceof errors.JWTExpired) return tokenExpired('Get a new one from its issuer');
  const isAway =
    !(error instanceof errors.JOSEError) ||
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    error.code === 'ERR_JOSE_GENERIC';
  if (!isAway) return invalidToken();
  return new DomainError(
    'unavailable',
    'UNAVAILABLE',
    'The service is not available at the moment',
    "The token issuer's keys cannot be fetched",
  );
}
