import pg from 'pg';
import type { CallFact, CampaignFact, CounterFact, EventFact, LeadFact } from '../judge/evidence.js';

const MS = (column: string) => `extract(epoch FROM ${column})::float8 * 1000`;

const CAMPAIGNS = `SELECT id, status, max_concurrent AS "maxConcurrent", call_delay AS "callDelay",
    retry_failed AS "retryFailed", retry_attempts AS "retryAttempts", retry_rules AS "retryRules",
    ${MS('completed_at')} AS "completedAt"
  FROM campaigns WHERE id = ANY($1)`;
const LEADS = `SELECT id, campaign_id AS "campaignId", phone_number AS "phoneNumber", status, reason,
    ${MS('created_at')} AS "createdAt"
  FROM leads WHERE campaign_id = ANY($1)`;
const CALLS = `SELECT id, campaign_id AS "campaignId", lead_id AS "leadId", agent_id AS "agentId",
    phone_number AS "phoneNumber", attempt, status, outcome, carrier_sid AS "carrierSid", duration_ms AS "durationMs",
    error_code AS "errorCode", ${MS('ended_at')} AS "endedAt"
  FROM calls WHERE campaign_id = ANY($1)`;
/** Those of no call at all too, whosever they were. */
const EVENTS = `SELECT e.call_id AS "callId", e.type, e.status, ${MS('e.at')} AS at
  FROM call_events e LEFT JOIN calls c ON c.id = e.call_id WHERE c.campaign_id = ANY($1) OR c.id IS NULL ORDER BY e.id`;
const COUNTERS = `SELECT campaign_id AS "campaignId", ${[
  ...['pending', 'calling', 'completed', 'failed'].map((name) => `sum(${name})::float8 AS ${name}`),
  'sum(successful_calls)::float8 AS "successfulCalls"',
  'sum(failed_calls)::float8 AS "failedCalls"',
  'sum(talk_ms)::float8 AS "talkMs"',
].join(', ')} FROM campaign_counters WHERE campaign_id = ANY($1) GROUP BY campaign_id`;
const AGENTS = `SELECT DISTINCT a.id, a.max_concurrent_calls AS "maxConcurrentCalls"
  FROM agents a JOIN campaign_agents ca ON ca.agent_id = a.id WHERE ca.campaign_id = ANY($1)`;
/** One that was stopped as its last call ended stays stopped: nothing is left that could start it. */
const UNFINISHED = `SELECT id, status FROM campaigns WHERE id = ANY($1) AND status <> 'completed'
  AND (status <> 'stopped' OR EXISTS (SELECT 1 FROM leads
    WHERE campaign_id = campaigns.id AND status IN ('pending','calling')))`;
const OPEN = `SELECT count(*)::int AS open FROM calls
  WHERE campaign_id = ANY($1) AND status IN ('queued','dialing','unknown','initiated','ringing','in-progress')`;

/** The product's database, read past the product. Every read bears the database being away for a moment. */
export class Books {
  private readonly pool: pg.Pool;

  constructor(databaseUrl: string) {
    this.pool = new pg.Pool({ connectionString: databaseUrl, max: 2, connectionTimeoutMillis: 5000 });
    this.pool.on('error', () => undefined);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  async read(campaignIds: string[]): Promise<{
    campaigns: CampaignFact[];
    leads: LeadFact[];
    calls: CallFact[];
    events: EventFact[];
    counters: CounterFact[];
    agents: { id: string; maxConcurrentCalls: number }[];
  }> {
    const rows = async <T extends object>(sql: string) => (await this.pool.query<T>(sql, [campaignIds])).rows;
    return {
      campaigns: await rows<CampaignFact>(CAMPAIGNS),
      leads: await rows<LeadFact>(LEADS),
      calls: await rows<CallFact>(CALLS),
      events: await rows<EventFact>(EVENTS),
      counters: await rows<CounterFact>(COUNTERS),
      agents: await rows<{ id: string; maxConcurrentCalls: number }>(AGENTS),
    };
  }

  /** Campaigns that have something left to do; all of them where the database cannot be asked at this moment. */
  async unfinished(campaignIds: string[]): Promise<{ id: string; status: string }[]> {
    try {
      return (await this.pool.query<{ id: string; status: string }>(UNFINISHED, [campaignIds])).rows;
    } catch {
      return campaignIds.map((id) => ({ id, status: 'unreadable' }));
    }
  }

  /** The ids of the calls made last, whatever their status. */
  async latestCalls(campaignIds: string[], count: number): Promise<string[]> {
    const sql = 'SELECT id FROM calls WHERE campaign_id = ANY($1) ORDER BY id DESC LIMIT $2';
    return (await this.pool.query<{ id: string }>(sql, [campaignIds, count])).rows.map(({ id }) => id);
  }

  /** Open calls of the campaigns; Infinity where the database cannot be asked at this moment. */
  async open(campaignIds: string[]): Promise<number> {
    try {
      return (await this.pool.query<{ open: number }>(OPEN, [campaignIds])).rows[0]?.open ?? 0;
    } catch {
      return Infinity;
    }
  }
}
