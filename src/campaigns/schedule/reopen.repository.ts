import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../database/index.js';
import type { CounterDelta } from '../campaign-counters.repository.js';
import type { ReopenRule } from './recurrence.js';
import { FOR_GOOD, FOR_GOOD_PREFIX, reopenedBy } from './reopen.js';

/** One batch of leads looked at. */
export interface Reopening {
  /** The last lead looked at; null: there was none left. */
  through: string | null;
  reopened: number;
  delta: CounterDelta;
}

/** Those who are through, in the order of their ids: two walks along (campaign_id, status, id), merged. */
const walkOf = (status: string): string =>
  `(SELECT id FROM leads WHERE campaign_id = $1 AND status = '${status}' AND id > $2::uuid ORDER BY id LIMIT $3)`;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

interface Row {
  through: string | null;
  completed: number;
  failed: number;
}

/** Leads that earlier runs were through with, made pending again. */
@Injectable()
export class ReopenRepository {
  constructor(private readonly database: Database) {}

  /**
   * Looks at the next `limit` leads of a campaign that are through, in the order of their ids, and re-opens those that the rule names
   * (`isReopened`, in SQL): pending, with no attempt counted. Leads in a call, or waiting already, stay as they are.
   */
  async reopenNext(
    tx: Tx,
    campaignId: string,
    { rule, after, limit }: { rule: ReopenRule; after: string | null; limit: number },
  ): Promise<Reopening> {
    const { failed, completed } = reopenedBy(rule);
    const [row] = await this.database.query<Row>(
      `WITH looked AS MATERIALIZED (
         SELECT id FROM (${walkOf('completed')} UNION ALL ${walkOf('failed')}) AS walks ORDER BY id LIMIT $3
       ), named AS MATERIALIZED (
         SELECT id, status FROM leads
         WHERE id = ANY (ARRAY(SELECT id FROM looked)) AND coalesce(reason <> ALL ($6::text[]), true)
           AND coalesce(NOT starts_with(reason, $7), true)
           AND (status = 'failed' AND $4::boolean
             OR status = 'completed' AND ($5::text[] IS NULL OR reason = ANY ($5::text[])))
         ORDER BY id FOR UPDATE
       ), opened AS (
         UPDATE leads SET status = 'pending', attempts = 0, next_attempt_at = NULL, blocked_reason = NULL, reason = NULL,
           updated_at = clock_timestamp()
         FROM named WHERE leads.id = named.id RETURNING named.status
       )
       SELECT (SELECT id FROM looked ORDER BY id DESC LIMIT 1) AS through,
         (count(*) FILTER (WHERE status = 'completed'))::int AS completed,
         (count(*) FILTER (WHERE status = 'failed'))::int AS failed FROM opened`,
      [campaignId, after ?? BEFORE_ALL, limit, failed, completed, FOR_GOOD, FOR_GOOD_PREFIX],
      tx,
    );
    return toReopening(row ?? { through: null, completed: 0, failed: 0 });
  }
}

function toReopening({ through, completed, failed }: Row): Reopening {
  const reopened = completed + failed;
  return { through, reopened, delta: { pending: reopened, completed: -completed, failed: -failed } };
}
