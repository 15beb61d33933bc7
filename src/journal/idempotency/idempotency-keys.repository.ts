import { Injectable } from '@nestjs/common';
import { newId } from '../../common/index.js';
import { AppConfig } from '../../config/index.js';
import { Database, type Tx } from '../../database/index.js';
import type { Hold } from '../request-journal.js';
import { inFlight } from './idempotency.errors.js';

/** An answer as it was given. */
export interface KeptAnswer {
  status: number;
  /** JSON; as it is kept, it may be sealed. */
  body: string;
}

/** What is known of a key that another request has, or had. */
export interface KnownKey {
  fingerprint: string;
  /** Its request is being worked on. */
  isHeld: boolean;
  /** What was done; null: nothing yet. */
  done: string | null;
  answer: KeptAnswer | null;
  isExpired: boolean;
}

interface KeyRow extends Omit<KnownKey, 'answer'> {
  status: number | null;
  body: string | null;
}

const KEPT = `clock_timestamp() + interval '24 hours'`;
const HELD = `clock_timestamp() + $4 * interval '1 millisecond'`;

/** The rows behind Idempotency-Key. No statement here waits for another request's transaction, but to take a dead one's place. */
@Injectable()
export class IdempotencyKeysRepository {
  constructor(
    private readonly database: Database,
    private readonly config: AppConfig,
  ) {}

  /** Takes a key that nobody has; null: somebody has it. */
  async take(workspaceId: string, key: string, fingerprint: string): Promise<Hold | null> {
    const hold = { workspaceId, key, holder: newId() };
    const { affected } = await this.database.run(
      `INSERT INTO idempotency_keys (workspace_id, key, holder, held_until, fingerprint, expires_at)
       VALUES ($1, $2, $3, ${HELD}, $5, ${KEPT}) ON CONFLICT DO NOTHING`,
      [workspaceId, key, hold.holder, this.config.IDEMPOTENCY_LEASE_MS, fingerprint],
    );
    return affected === 1 ? hold : null;
  }

  async find(workspaceId: string, key: string): Promise<KnownKey | undefined> {
    const [row] = await this.database.query<KeyRow>(
      `SELECT fingerprint, held_until > clock_timestamp() AS "isHeld", done, status, answer AS body,
              expires_at <= clock_timestamp() AS "isExpired"
         FROM idempotency_keys WHERE workspace_id = $1 AND key = $2`,
      [workspaceId, key],
    );
    if (!row) return undefined;
    const { status, body, ...known } = row;
    return { ...known, answer: status === null || body === null ? null : { status, body } };
  }

  /** Takes over a key whose process died before it did anything, or whose day is over; null: another was faster. */
  async takeOver(workspaceId: string, key: string, fingerprint: string): Promise<Hold | null> {
    const hold = { workspaceId, key, holder: newId() };
    const { affected } = await this.database.run(
      `UPDATE idempotency_keys SET holder = $3, held_until = ${HELD}, fingerprint = $5, expires_at = ${KEPT},
              done = NULL, status = NULL, answer = NULL
        WHERE workspace_id = $1 AND key = $2 AND (expires_at <= clock_timestamp()
          OR (held_until <= clock_timestamp() AND done IS NULL AND status IS NULL))`,
      [workspaceId, key, hold.holder, this.config.IDEMPOTENCY_LEASE_MS, fingerprint],
    );
    return affected === 1 ? hold : null;
  }

  /** Its process lives. */
  async renew({ workspaceId, key, holder }: Hold): Promise<void> {
    await this.database.run(
      `UPDATE idempotency_keys SET held_until = ${HELD} WHERE workspace_id = $1 AND key = $2 AND holder = $3`,
      [workspaceId, key, holder, this.config.IDEMPOTENCY_LEASE_MS],
    );
  }

  /**
   * In the transaction of the change: from its commit on nobody does it again.
   * @throws DomainError `IDEMPOTENCY_KEY_IN_FLIGHT` for a request that was overtaken
   */
  async markDone(
    tx: Tx | undefined,
    hold: Hold,
    o: { action: string; entityId?: string | null },
  ): Promise<void> {
    const { affected } = await this.database.run(
      `UPDATE idempotency_keys SET done = $4 WHERE workspace_id = $1 AND key = $2 AND holder = $3`,
      [hold.workspaceId, hold.key, hold.holder, [o.action, o.entityId ?? ''].join(' ').trim()],
      tx,
    );
    if (affected === 0) throw inFlight();
  }

  /**
   * Keeps the answer. What had nothing to write down is done with it. A status that is there already says that the answer
   * may not be kept: a person was erased meanwhile.
   */
  async keep({ workspaceId, key, holder }: Hold, { status, body }: KeptAnswer): Promise<void> {
    await this.database.run(
      `UPDATE idempotency_keys SET status = COALESCE(status, $4), answer = CASE WHEN status IS NULL THEN $5 END,
              held_until = clock_timestamp()
        WHERE workspace_id = $1 AND key = $2 AND holder = $3`,
      [workspaceId, key, holder, status, body],
    );
  }

  /** There is no answer to keep: a request that did nothing leaves no trace, of one that did its deed stays known. */
  async release({ workspaceId, key, holder }: Hold): Promise<void> {
    const values = [workspaceId, key, holder];
    await this.database.run(
      `WITH freed AS (
         DELETE FROM idempotency_keys WHERE workspace_id = $1 AND key = $2 AND holder = $3 AND done IS NULL)
       UPDATE idempotency_keys SET held_until = clock_timestamp()
        WHERE workspace_id = $1 AND key = $2 AND holder = $3 AND done IS NOT NULL`,
      values,
    );
  }

  /** Deletes keys whose day is over, `limit` of them at the most. @returns how many */
  async deleteExpired(limit: number): Promise<number> {
    const { affected } = await this.database.run(
      `DELETE FROM idempotency_keys WHERE (workspace_id, key) IN (
         SELECT workspace_id, key FROM idempotency_keys WHERE expires_at <= clock_timestamp()
          ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [limit],
    );
    return affected;
  }
}
