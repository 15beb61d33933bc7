import { Injectable } from '@nestjs/common';
import { Database } from '../../database/index.js';
import { BLOCKED_REASONS, type BlockedReason } from '../../leads/index.js';
import type { Counted } from './shown-counts.js';

/** Leads that wait for one reason. */
export interface WaitingLeads extends Counted {
  reason: BlockedReason;
  /** When the first of them may be called; in the past: it is made ready at the next tick. */
  nextAttemptAt: Date;
}

/** Leads that are through for one reason. */
export interface EndedLeads extends Counted {
  status: 'completed' | 'failed';
  reason: string;
}

/** Reasons shown of leads that are through. */
const MOST_REASONS = 50;

/** Counts leads by reason, along indexes. Each count stops after `limit` leads; null: never. */
@Injectable()
export class BlockedRepository {
  constructor(private readonly database: Database) {}

  async ready(campaignId: string, limit: number | null): Promise<number> {
    const [row] = await this.database.read<{ count: number }>(
      `SELECT count(*)::int AS count FROM (
         SELECT 1 FROM leads WHERE campaign_id = $1 AND status = 'pending' AND next_attempt_at IS NULL
         ORDER BY (-priority), id LIMIT $2::int) AS ready`,
      [campaignId, limit],
    );
    return row?.count ?? 0;
  }

  /** The order makes sure of the index: any other would read leads of other reasons. */
  waiting(campaignId: string, limit: number | null): Promise<WaitingLeads[]> {
    const blocked = `FROM leads WHERE campaign_id = $1 AND status = 'pending' AND blocked_reason = r.reason ORDER BY next_attempt_at`;
    return this.database.read(
      `SELECT r.reason, c.count, n.next_attempt_at AS "nextAttemptAt" FROM unnest($2::text[]) AS r (reason)
       CROSS JOIN LATERAL (SELECT next_attempt_at ${blocked} LIMIT 1) AS n
       CROSS JOIN LATERAL (SELECT count(*)::int AS count FROM (SELECT 1 ${blocked} LIMIT $3::int) AS seen) AS c
       ORDER BY c.count DESC, r.reason`,
      [campaignId, BLOCKED_REASONS, limit],
    );
  }

  /** From one reason to the next one, along the index: what is between them is not read. */
  ended(campaignId: string, limit: number | null): Promise<EndedLeads[]> {
    return this.database.read(
      `WITH RECURSIVE found AS (
         (SELECT reason FROM leads WHERE campaign_id = $1 AND reason IS NOT NULL ORDER BY reason, id LIMIT 1)
         UNION ALL
         SELECT (SELECT l.reason FROM leads l WHERE l.campaign_id = $1 AND l.reason > found.reason
           ORDER BY l.reason, l.id LIMIT 1) FROM found WHERE found.reason IS NOT NULL
       )
       SELECT c.status, f.reason, c.count
       FROM (SELECT reason FROM found WHERE reason IS NOT NULL LIMIT ${MOST_REASONS}) AS f
       CROSS JOIN LATERAL (
         SELECT status, count(*)::int AS count FROM (
           SELECT status FROM leads WHERE campaign_id = $1 AND reason = f.reason ORDER BY id LIMIT $2::int
         ) AS seen WHERE status IN ('completed', 'failed') GROUP BY status
       ) AS c ORDER BY c.count DESC, f.reason`,
      [campaignId, limit],
    );
  }
}
