import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/index.js';
import { Database, type Tx } from '../../database/index.js';
import type { LoggedIn, Note } from '../access/note.js';
import { BriefCache } from '../access/brief-cache.js';
import { invalidToken } from '../access/refusals.js';
import { sha256 } from '../keys/key-text.js';
import { ACCESS_TOKEN_S, AccessTokens } from './access-tokens.js';
import { SessionsRepository, type LiveSession } from './sessions.repository.js';

/** Days after which a person logs in again, however often the token was refreshed. */
const SESSION_DAYS = 30;
const TOKEN_BYTES = 32;

/** What a login gets. */
export interface TokenPair {
  accessToken: string;
  /** Good for one use. */
  refreshToken: string;
  /** Of the access token. Seconds. */
  expiresIn: number;
}

/** Logins: what they get, what becomes of it, and when it ends. */
@Injectable()
export class SessionsService {
  private readonly logger = new Logger('Access');
  private readonly known: BriefCache<LiveSession | undefined>;

  constructor(
    private readonly sessions: SessionsRepository,
    private readonly database: Database,
    private readonly accessTokens: AccessTokens,
    clock: Clock,
  ) {
    this.known = new BriefCache(clock);
  }

  async open(user: LoggedIn, address: string, note: Note): Promise<TokenPair> {
    await this.sessions.deleteOver(user.id);
    return this.database.transaction(async (tx) => {
      const id = await this.sessions.insert(user, address, SESSION_DAYS, tx);
      await note(tx, user);
      return this.pairFor({ id, userId: user.id }, tx);
    });
  }

  /**
   * A new pair for a refresh token, which is used up. One that was used before ends the login: of two who hold it one has
   * stolen it, and nobody can tell which.
   * @throws DomainError `INVALID_TOKEN`
   */
  async refresh(refreshToken: string, note: Note): Promise<TokenPair> {
    const pair = await this.database.transaction(async (tx) => {
      const shown = await this.sessions.use(sha256(refreshToken), tx);
      if (shown?.isUsed) await this.revokeForReuse(shown.sessionId, tx);
      const session = shown && (await this.sessions.findLive(shown.sessionId, tx));
      if (!session) return undefined;
      await note(tx, userOf(session));
      return this.pairFor(session, tx);
    });
    if (pair) return pair;
    this.forget();
    throw invalidToken();
  }

  /** Ends the login that a refresh token belongs to, used or not; a token that is none has nothing to end. */
  async close(refreshToken: string, note: Note): Promise<void> {
    await this.database.transaction(async (tx) => {
      const shown = await this.sessions.use(sha256(refreshToken), tx);
      const session = shown && (await this.sessions.findLive(shown.sessionId, tx));
      if (!session) return;
      await this.sessions.revoke(session.id, 'logout', tx);
      await note(tx, userOf(session));
    });
    this.forget();
  }

  /** Ends all logins of a user, but one; in force here once the transaction is, and `forget` was called. */
  revokeOf(userId: string, tx: Tx, exceptId?: string): Promise<void> {
    return this.sessions.revokeOf(tx, userId, 'user_changed', exceptId);
  }

  /** The session while it holds, as it was at most three seconds ago. */
  live(id: string): Promise<LiveSession | undefined> {
    return this.known.get(id, () => this.sessions.findLive(id));
  }

  /** A session or a user has changed: the next request reads them again. */
  forget(): void {
    this.known.clear();
  }

  private async pairFor({ id, userId }: Pick<LiveSession, 'id' | 'userId'>, tx: Tx): Promise<TokenPair> {
    const refreshToken = `cr_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
    await this.sessions.insertToken(sha256(refreshToken), id, tx);
    return {
      accessToken: await this.accessTokens.make(id, userId),
      refreshToken,
      expiresIn: ACCESS_TOKEN_S,
    };
  }

  private async revokeForReuse(sessionId: string, tx: Tx): Promise<void> {
    await this.sessions.revoke(sessionId, 'reuse', tx);
    this.logger.warn(`A refresh token was used twice: login ${sessionId} is ended`);
  }
}

function userOf({ userId: id, email, workspaceId }: LiveSession): LoggedIn {
  return { id, email, workspaceId };
}
