import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/index.js';

/** The columns of the counters, with the names the code knows them by. */
const COLUMNS = {
  pending: 'pending',
  calling: 'calling',
  completed: 'completed',
  failed: 'failed',
  successfulCalls: 'successful_calls',
  failedCalls: 'failed_calls',
  talkMs: 'talk_ms',
  spendMicros: 'spend_micros',
} as const;

type CounterName = keyof typeof COLUMNS;

/** By how much each counter changes; `talkMs` in milliseconds, `spendMicros` in millionths of the rates' currency. What is absent stays as it is. */
export type CounterDelta = Partial<Record<CounterName, number>>;

export interface CounterTotals extends Record<CounterName, number> {
  /** pending + calling + completed + failed. */
  totalLeads: number;
  /** Ended placed calls: successful + failed. */
  totalCalls: number;
}

/** A sum over no rows is null. */
type Counters = Partial<Record<CounterName, number | null>>;

export interface Comparison {
  kept: Required<CounterDelta>;
  counted: Required<CounterDelta>;
}

/** Updates of one campaign spread over this many rows: callbacks and claims do not queue behind each other. */
const SHARDS = 8;

const NAMES = Object.keys(COLUMNS).filter((name): name is CounterName => name in COLUMNS);
const LIST = NAMES.map((name) => COLUMNS[name]).join(', ');
const ADDED = NAMES.map((name) => COLUMNS[name])
  .map((column) => `${column} = campaign_counters.${column} + EXCLUDED.${column}`)
  .join(', ');
const SUMS = NAMES.map((name) => `sum(${COLUMNS[name]})::float8 AS "${name}"`).join(', ');

/**
 * The statement that adds to the counters, to be made part of another.
 * @param source a table, CTE or function with the columns campaign_id, pending, calling, completed, failed,
 *   successful_calls, failed_calls, talk_ms and spend_micros: by how much each changes. It must be the last to be locked.
 */
export function addToCounters(source: string): string {
  return `INSERT INTO campaign_counters (campaign_id, shard, workspace_id, ${LIST})
  SELECT campaign_id, floor(random() * ${SHARDS}), (SELECT workspace_id FROM campaigns WHERE id = campaign_id), ${LIST}
  FROM ${source} ORDER BY campaign_id
  ON CONFLICT (campaign_id, shard) DO UPDATE SET ${ADDED}`;
}

const GIVEN = NAMES.map((_, i) => `$${i + 2}::bigint[]`).join(', ');
const APPLY = addToCounters(`unnest($1::uuid[], ${GIVEN}) AS given (campaign_id, ${LIST})`);

/** Leads by status: one scan of the index (campaign_id, status, id). */
const RECOUNT_LEADS = `
  SELECT count(*) FILTER (WHERE status = 'pending')::float8 AS pending,
         count(*) FILTER (WHERE status = 'calling')::float8 AS calling,
         count(*) FILTER (WHERE status = 'completed')::float8 AS completed,
         count(*) FILTER (WHERE status = 'failed')::float8 AS failed
    FROM leads WHERE campaign_id = $1`;

/** Ended calls that the carrier had: those withdrawn or refused before they were placed do not count. */
const RECOUNT_CALLS = `
  SELECT count(*) FILTER (WHERE good)::float8 AS "successfulCalls",
         count(*) FILTER (WHERE NOT good)::float8 AS "failedCalls",
         coalesce(sum(duration_ms) FILTER (WHERE good), 0)::float8 AS "talkMs",
         coalesce(sum(cost_micros), 0)::float8 AS "spendMicros"
    FROM (SELECT coalesce(outcome IN ('answered', 'voicemail'), false) AS good, duration_ms, cost_micros
            FROM calls
           WHERE campaign_id = $1 AND status IN ('completed', 'busy', 'no-answer', 'failed', 'canceled')
             AND carrier_sid IS NOT NULL) AS ended`;

/**
 * A campaign's numbers, kept beside what they count: a few shard rows, summed when read (invariant 9: they equal
 * a recount, always).
 */
@Injectable()
export class CampaignCountersRepository {
  constructor(private readonly database: Database) {}

  /** Adds `delta` to one shard. The last statement of its transaction, and once in it: the row stays locked until the end. */
  async apply(tx: Tx, campaignId: string, delta: CounterDelta): Promise<void> {
    await this.applyMany(tx, new Map([[campaignId, delta]]));
  }

  /** `apply` for several campaigns in one statement, in the order of their ids, so that two of them never deadlock. */
  async applyMany(tx: Tx, deltas: Map<string, CounterDelta>): Promise<void> {
    const changed = [...deltas].filter(([, delta]) => NAMES.some((name) => delta[name]));
    if (changed.length === 0) return;
    const columns = NAMES.map((name) => changed.map(([, delta]) => delta[name] ?? 0));
    await this.database.run(APPLY, [changed.map(([id]) => id), ...columns], tx);
  }

  /** The numbers of each campaign asked for; zeros for one that has none yet. */
  async read(ids: string[], tx?: Tx): Promise<Map<string, CounterTotals>> {
    const rows = await this.database.query<Record<CounterName, number> & { id: string }>(
      `SELECT campaign_id AS id, ${SUMS} FROM campaign_counters
        WHERE campaign_id = ANY($1::uuid[]) GROUP BY campaign_id`,
      [ids],
      tx,
    );
    const found = new Map(rows.map((row) => [row.id, totalsOf(row)]));
    return new Map(ids.map((id) => [id, found.get(id) ?? totalsOf({})]));
  }

  /** The truth, counted from leads and calls. Slow: for tests and repair tools. */
  async recount(campaignId: string): Promise<CounterTotals> {
    return totalsOf((await this.compare(campaignId)).counted);
  }

  /**
   * What the counters say and what a count says, both at one instant: one statement sees one snapshot, and each move
   * commits together with its counter, so that calls in progress make no difference.
   */
  async compare(campaignId: string, tx?: Tx): Promise<Comparison> {
    const [row] = await this.database.query<{ kept: Counters; leads: Counters; calls: Counters }>(
      `SELECT (SELECT to_json(k) FROM (SELECT ${SUMS} FROM campaign_counters WHERE campaign_id = $1) AS k) AS kept,
              (SELECT to_json(l) FROM (${RECOUNT_LEADS}) AS l) AS leads,
              (SELECT to_json(c) FROM (${RECOUNT_CALLS}) AS c) AS calls`,
      [campaignId],
      tx,
    );
    return { kept: toDelta(row?.kept), counted: toDelta({ ...row?.leads, ...row?.calls }) };
  }

  /**
   * Holds all shards of a campaign until `tx` ends. Who moves a lead or call writes its counter last: either it has
   * committed, and a count sees both, or it waits here, and a count sees neither.
   */
  async lockShards(tx: Tx, campaignId: string): Promise<void> {
    await this.database.run(
      `INSERT INTO campaign_counters (campaign_id, shard, workspace_id)
       SELECT id, shard, workspace_id FROM campaigns, generate_series(0, ${SHARDS - 1}) AS shard WHERE id = $1 ORDER BY shard
       ON CONFLICT (campaign_id, shard) DO NOTHING`,
      [campaignId],
      tx,
    );
    await this.database.run(
      'SELECT 1 FROM campaign_counters WHERE campaign_id = $1 ORDER BY shard FOR UPDATE',
      [campaignId],
      tx,
    );
  }
}

function toDelta(row: Counters | undefined): Required<CounterDelta> {
  const entries = NAMES.map((name): [CounterName, number] => [name, row?.[name] ?? 0]);
  return Object.fromEntries(entries) as Required<CounterDelta>;
}

function totalsOf(row: CounterDelta): CounterTotals {
  const { pending = 0, calling = 0, completed = 0, failed = 0 } = row;
  const { successfulCalls = 0, failedCalls = 0, talkMs = 0, spendMicros = 0 } = row;
  const totalLeads = pending + calling + completed + failed;
  const totalCalls = successfulCalls + failedCalls;
  return {
    pending,
    calling,
    completed,
    failed,
    successfulCalls,
    failedCalls,
    talkMs,
    spendMicros,
    totalLeads,
    totalCalls,
  };
}
