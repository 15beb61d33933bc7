import { Injectable } from '@nestjs/common';
import { Database } from '../../database/index.js';

/** Events that go in one statement. */
const BATCH = 1000;

/** Deletes what is old, in bounded batches. */
@Injectable()
export class OutboxSweepRepository {
  constructor(private readonly database: Database) {}

  /**
   * Of the oldest events those older than so many days go, with what became of them. No more is looked at than may go.
   * @returns whether there may be more
   */
  async sweep(days: number): Promise<boolean> {
    const [row] = await this.database.query<{ events: number }>(
      `WITH oldest AS MATERIALIZED (
         SELECT seq, workspace_id, created_at FROM outbox_events ORDER BY seq LIMIT ${BATCH}
       ), old AS MATERIALIZED (
         SELECT * FROM oldest WHERE created_at < clock_timestamp() - $1::float8 * interval '1 day'
       ), told AS (
         DELETE FROM webhook_deliveries d USING webhook_subscriptions s, old
         WHERE s.workspace_id = old.workspace_id AND d.subscription_id = s.id AND d.seq = old.seq
       ), gone AS (
         DELETE FROM outbox_events WHERE seq IN (SELECT seq FROM old) RETURNING 1
       )
       SELECT count(*)::int AS events FROM gone`,
      [days],
    );
    return row?.events === BATCH;
  }
}
