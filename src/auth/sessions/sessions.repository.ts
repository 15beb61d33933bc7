import { Injectable } from '@nestjs/common';
import { newId } from '../../common/index.js';
import { Database, type Tx } from '../../database/index.js';
import type { User } from '../users/user.entity.js';
import type { RevokedFor } from './login-session.entity.js';

/** A login that holds, and whose it is. */
export interface LiveSession extends Pick<User, 'email' | 'role' | 'workspaceId'> {
  id: string;
  userId: string;
}

/** What became of a refresh token that was shown. */
export interface ShownToken {
  sessionId: string;
  /** It was used before: whoever shows it now, or showed it then, has stolen it. */
  isUsed: boolean;
}

const LIVE = 's.revoked_at IS NULL AND s.expires_at > now()';

@Injectable()
export class SessionsRepository {
  constructor(private readonly database: Database) {}

  async insert(user: Pick<User, 'id' | 'workspaceId'>, address: string, days: number, tx: Tx) {
    const id = newId();
    await this.database.run(
      `INSERT INTO login_sessions (id, workspace_id, user_id, address, expires_at)
       VALUES ($1, $2, $3, $4, now() + $5 * interval '1 day')`,
      [id, user.workspaceId, user.id, address, days],
      tx,
    );
    return id;
  }

  async insertToken(hash: Buffer, sessionId: string, tx: Tx): Promise<void> {
    await this.database.run(
      `INSERT INTO refresh_tokens (hash, session_id, workspace_id)
       SELECT $1, id, workspace_id FROM login_sessions WHERE id = $2`,
      [hash, sessionId],
      tx,
    );
  }

  /** Uses a token up. Two at once: the second waits, and finds it used. Undefined where there is no such token. */
  async use(hash: Buffer, tx: Tx): Promise<ShownToken | undefined> {
    const [row] = await this.database.query<{ sessionId: string; usedAt: Date | null }>(
      `SELECT session_id AS "sessionId", used_at AS "usedAt" FROM refresh_tokens WHERE hash = $1 FOR UPDATE`,
      [hash],
      tx,
    );
    if (!row) return undefined;
    await this.database.run(
      'UPDATE refresh_tokens SET used_at = now() WHERE hash = $1 AND used_at IS NULL',
      [hash],
      tx,
    );
    return { sessionId: row.sessionId, isUsed: row.usedAt !== null };
  }

  /** The session, while it and its user are in force. */
  async findLive(id: string, tx?: Tx): Promise<LiveSession | undefined> {
    const rows = await this.database.query<LiveSession>(
      `SELECT s.id, s.user_id AS "userId", u.email, u.role, u.workspace_id AS "workspaceId"
         FROM login_sessions s JOIN users u ON u.id = s.user_id
        WHERE s.id = $1 AND ${LIVE} AND u.is_active`,
      [id],
      tx,
    );
    return rows[0];
  }

  async revoke(id: string, why: RevokedFor, tx?: Tx): Promise<void> {
    await this.database.run(
      `UPDATE login_sessions s SET revoked_at = now(), revoked_for = $2 WHERE id = $1 AND ${LIVE}`,
      [id, why],
      tx,
    );
  }

  async revokeOf(tx: Tx, userId: string, why: RevokedFor, exceptId?: string): Promise<void> {
    await this.database.run(
      `UPDATE login_sessions s SET revoked_at = now(), revoked_for = $2
        WHERE user_id = $1 AND id IS DISTINCT FROM $3::uuid AND ${LIVE}`,
      [userId, why, exceptId ?? null],
      tx,
    );
  }

  /** A user's sessions that ended a day ago or longer, with their tokens. */
  async deleteOver(userId: string): Promise<void> {
    await this.database.run(
      `DELETE FROM login_sessions
        WHERE user_id = $1 AND LEAST(expires_at, revoked_at) < now() - interval '1 day'`,
      [userId],
    );
  }
}
