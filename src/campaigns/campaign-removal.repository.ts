import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/index.js';
import type { CounterDelta } from './campaign-counters.repository.js';

/** What one batch took away: so many rows, and by how much the counters change for it. */
export interface Removed {
  rows: number;
  delta: CounterDelta;
}

/** Removes what a campaign has, in batches along an index: calls before leads, in the order everybody else locks in. */
@Injectable()
export class CampaignRemovalRepository {
  constructor(private readonly database: Database) {}

  /**
   * Keeps the campaign's agents from being deleted meanwhile: that takes assignments before calls, and would wait for this as this
   * waits for it. In the order in which a claim locks them.
   */
  async keepAgents(tx: Tx, campaignId: string): Promise<void> {
    await this.database.query(
      `SELECT 1 FROM agents WHERE id IN (SELECT agent_id FROM campaign_agents WHERE campaign_id = $1)
       ORDER BY id FOR KEY SHARE`,
      [campaignId],
      tx,
    );
  }

  /** Calls with their events. They go first: else each deleted lead would be taken out of its calls one by one. */
  calls(tx: Tx, campaignId: string, limit: number): Promise<Removed> {
    return this.remove(
      `WITH gone AS (
         DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE campaign_id = $1 ORDER BY id LIMIT $2)
         RETURNING carrier_sid IS NOT NULL AS placed, coalesce(outcome IN ('answered', 'voicemail'), false) AS good, duration_ms, cost_micros)
       SELECT count(*)::int AS rows,
         -(count(*) FILTER (WHERE placed AND good))::int AS "successfulCalls",
         -(count(*) FILTER (WHERE placed AND NOT good))::int AS "failedCalls",
         -coalesce(sum(duration_ms) FILTER (WHERE placed AND good), 0)::float8 AS "talkMs",
         -coalesce(sum(cost_micros) FILTER (WHERE placed), 0)::float8 AS "spendMicros" FROM gone`,
      [campaignId, limit],
      tx,
    );
  }

  leads(tx: Tx, campaignId: string, limit: number): Promise<Removed> {
    return this.remove(
      `WITH gone AS (
         DELETE FROM leads WHERE id IN (SELECT id FROM leads WHERE campaign_id = $1 ORDER BY status, id LIMIT $2)
         RETURNING status)
       SELECT count(*)::int AS rows,
         -(count(*) FILTER (WHERE status = 'pending'))::int AS pending,
         -(count(*) FILTER (WHERE status = 'calling'))::int AS calling,
         -(count(*) FILTER (WHERE status = 'completed'))::int AS completed,
         -(count(*) FILTER (WHERE status = 'failed'))::int AS failed FROM gone`,
      [campaignId, limit],
      tx,
    );
  }

  private async remove(sql: string, parameters: unknown[], tx: Tx): Promise<Removed> {
    const [row] = await this.database.query<CounterDelta & { rows: number }>(sql, parameters, tx);
    const { rows = 0, ...delta } = row ?? {};
    return { rows, delta };
  }
}
