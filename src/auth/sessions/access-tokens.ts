import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { errors, jwtVerify, SignJWT } from 'jose';
import { Clock, isId } from '../../common/index.js';
import { AppConfig } from '../../config/index.js';
import { invalidToken, tokenExpired } from '../access/refusals.js';

/** Seconds an access token lasts. */
export const ACCESS_TOKEN_S = 900;
/** Ours, and nothing else: a token chooses neither its algorithm nor its key. */
const ALGORITHM = 'HS256';
/** RFC 9068. */
const TYPE = 'at+jwt';
const NAME = 'campaign-calling';

/** Makes and reads the short-lived tokens of a login. */
@Injectable()
export class AccessTokens {
  private readonly secret: Uint8Array;

  constructor(
    config: AppConfig,
    private readonly clock: Clock,
  ) {
    // Without a secret the mode is open, where tokens can be had and are not looked at.
    this.secret = config.JWT_SECRET === undefined ? randomBytes(32) : Buffer.from(config.JWT_SECRET);
  }

  make(sessionId: string, userId: string): Promise<string> {
    const now = Math.floor(this.clock.now().getTime() / 1000);
    return new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
      .setIssuer(NAME)
      .setAudience(NAME)
      .setSubject(userId)
      .setIssuedAt(now)
      .setExpirationTime(now + ACCESS_TOKEN_S)
      .sign(this.secret);
  }

  /** The session a token belongs to. @throws DomainError `INVALID_TOKEN`, `TOKEN_EXPIRED` */
  async sessionOf(token: string): Promise<string> {
    const { payload } = await jwtVerify(token, this.secret, {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer: NAME,
      audience: NAME,
      requiredClaims: ['exp', 'sub', 'sid'],
      currentDate: this.clock.now(),
    }).catch((error: unknown) => {
      throw error instanceof errors.JWTExpired ? tokenExpired() : invalidToken();
    });
    if (typeof payload.sid !== 'string' || !isId(payload.sid)) throw invalidToken();
    return payload.sid;
  }
}
