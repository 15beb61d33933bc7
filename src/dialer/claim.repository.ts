import { Injectable } from '@nestjs/common';
import { addToCounters, type AgentStrategy } from '../campaigns/index.js';
import { Database, type Tx } from '../database/index.js';
import type { CallerIdWish } from './caller-ids.service.js';
import { IS_OPEN } from './open-calls.js';
import type { CandidateLead, JudgedCampaign } from './readiness/judgement.js';
import type { AgentLoad } from './rules/slots.js';
import { isSuppressed } from './suppressed.js';

/** An active campaign, locked: no other claim of it runs until the transaction ends. */
export interface ClaimingCampaign extends JudgedCampaign, CallerIdWish {
  maxConcurrent: number;
  callDelay: number;
  agentStrategy: AgentStrategy;
  hasAgents: boolean;
  /** Nobody of it may be called yet, by its own clock. */
  isAsleep: boolean;
  /** Leads that wait for another window than this one are to be freed first. */
  hasNewWindow: boolean;
}

export interface ReadyLead extends CandidateLead {
  attempts: number;
  /** What it was called from last, E.164; null: nobody called it yet. */
  lastNumber: string | null;
}

/** A lead that may be called now. */
export interface CallableLead extends ReadyLead {
  dialBefore: Date | null;
}

/** A call about to be made: one per lead taken. */
export interface NewCall {
  id: string;
  leadId: string;
  phoneNumber: string;
  fromNumber: string;
  agentId: string | null;
  attempt: number;
  /** It is not placed at this time or later; null: at any time. */
  dialBefore: Date | null;
}

/** How long a lead whose number is in another call waits before it is looked at again, should no ending wake it. */
const NUMBER_BUSY_NET_MS = 5000;

type Agent = Omit<AgentLoad, 'open'>;

const AGENTS = `SELECT a.id, ca.is_primary AS "isPrimary", a.is_active AS "isActive", a.max_concurrent_calls AS "maxConcurrentCalls"
  FROM campaign_agents ca JOIN agents a ON a.id = ca.agent_id WHERE ca.campaign_id = $1 ORDER BY a.id`;

/** Any number of ours: it only has to be the same in every process. */
const ACCOUNT_LOCK = 7_264_302;

/**
 * The statements of one claim, in the order of their locks: campaign, agents by id, account, leads, calls by number.
 * Every transaction that takes several of these takes them in this order.
 */
@Injectable()
export class ClaimRepository {
  constructor(private readonly database: Database) {}

  async lockCampaign(tx: Tx, id: string): Promise<ClaimingCampaign | null> {
    const [campaign] = await this.database.query<ClaimingCampaign>(
      `SELECT id, max_concurrent AS "maxConcurrent", call_delay AS "callDelay", agent_strategy AS "agentStrategy",
         max_attempts_per_number AS "maxAttemptsPerNumber",
         caller_ids AS "callerIds", local_presence AS "localPresence",
         EXISTS (SELECT 1 FROM campaign_agents WHERE campaign_id = campaigns.id) AS "hasAgents",
         calling_window AS "callingWindow", rule_pack AS "rulePack", has_new_window AS "hasNewWindow",
         COALESCE(wakes_at > clock_timestamp(), false) AS "isAsleep", clock_timestamp() AS now,
         set_config('synchronous_commit', 'off', true)
       FROM campaigns WHERE id = $1 AND status = 'active' FOR NO KEY UPDATE`,
      [id],
      tx,
    );
    return campaign ?? null;
  }

  /** Until then the campaign claims nothing: its window is closed for all of its leads. */
  async sleep(tx: Tx, id: string, until: Date): Promise<void> {
    await this.database.run('UPDATE campaigns SET wakes_at = $2 WHERE id = $1', [id, until], tx);
  }

  /** The assigned agents, locked and counted. Counting is a statement of its own: it must see what the lock waited for. */
  async lockAgents(tx: Tx, campaignId: string): Promise<AgentLoad[]> {
    return this.loaded(
      await this.database.query<Agent>(`${AGENTS} FOR NO KEY UPDATE OF a`, [campaignId], tx),
      tx,
    );
  }

  /** The assigned agents and what they carry, for a look. */
  async agents(campaignId: string): Promise<AgentLoad[]> {
    return this.loaded(await this.database.query<Agent>(AGENTS, [campaignId]));
  }

  private async loaded(agents: Agent[], tx?: Tx): Promise<AgentLoad[]> {
    if (agents.length === 0) return [];
    const loads = await this.database.query<{ id: string; open: number }>(
      `SELECT agent_id AS id, count(*)::int AS open FROM calls WHERE agent_id = ANY($1) AND ${IS_OPEN} GROUP BY agent_id`,
      [agents.map((agent) => agent.id)],
      tx,
    );
    const openOf = new Map(loads.map((load) => [load.id, load.open]));
    return agents.map((agent) => ({ ...agent, open: openOf.get(agent.id) ?? 0 }));
  }

  /** Locks the account and counts its open calls, the unknown ones among them. */
  async lockAccount(tx: Tx): Promise<number> {
    await this.database.query('SELECT pg_advisory_xact_lock($1)', [ACCOUNT_LOCK], tx);
    return this.countAccount(tx);
  }

  /** Open calls of all campaigns, the unknown ones among them. */
  async countAccount(tx?: Tx): Promise<number> {
    const [row] = await this.database.query<{ open: number }>(
      `SELECT count(*)::int AS open FROM calls WHERE ${IS_OPEN}`,
      [],
      tx,
    );
    return row?.open ?? 0;
  }

  /** Open and queued calls of a campaign; under its lock, unless for a look. */
  async countOpen(tx: Tx | undefined, campaignId: string): Promise<{ open: number; queued: number }> {
    const [row] = await this.database.query<{ open: number; queued: number }>(
      `SELECT count(*)::int AS open, (count(*) FILTER (WHERE status = 'queued'))::int AS queued
       FROM calls WHERE campaign_id = $1 AND ${IS_OPEN}`,
      [campaignId],
      tx,
    );
    return row ?? { open: 0, queued: 0 };
  }

  /**
   * The next leads to call: highest priority first, then oldest, along ix_leads_ready. Blocked ones are shown, not left
   * out: a claim that went on looking behind them would read a whole list under the campaign's lock. The number that called
   * last is looked up only for leads that have been called, and not in the order of ids alone: a plan made while there were
   * few calls would then walk all of them backwards.
   */
  takeReadyLeads(tx: Tx, campaignId: string, limit: number): Promise<ReadyLead[]> {
    return this.database.query<ReadyLead>(
      `SELECT id, phone_number AS "phoneNumber", timezone, attempts, ${isSuppressed('leads')} AS "isSuppressed",
         CASE WHEN attempts > 0 THEN (SELECT c.from_number FROM calls c
           WHERE c.lead_id = leads.id AND c.carrier_sid IS NOT NULL ORDER BY c.attempt DESC, c.id DESC LIMIT 1) END AS "lastNumber"
       FROM leads
       WHERE campaign_id = $1 AND status = 'pending' AND next_attempt_at IS NULL
       ORDER BY priority DESC, id LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [campaignId, limit],
      tx,
    );
  }

  async lastAgent(tx: Tx, campaignId: string): Promise<string | null> {
    const [row] = await this.database.query<{ agentId: string | null }>(
      `SELECT agent_id AS "agentId" FROM calls WHERE campaign_id = $1 ORDER BY id DESC LIMIT 1`,
      [campaignId],
      tx,
    );
    return row?.agentId ?? null;
  }

  /**
   * Makes the calls (queued) and their leads `calling`, the attempt counted. A lead whose number is in an open call
   * elsewhere waits as `number_busy`: the unique index over open numbers decides, in number order, so that two
   * claims never wait for each other in a circle. Counts them.
   * @returns the ids of the calls made
   */
  async insertCalls(tx: Tx, campaignId: string, calls: NewCall[], settings: object): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `WITH picked AS (
         SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::int[], $10::timestamptz[])
           AS p (id, lead_id, phone_number, from_number, agent_id, attempt, dial_before)
       ), made AS (
         INSERT INTO calls (id, campaign_id, lead_id, agent_id, phone_number, from_number, attempt, dial_before)
         SELECT id, $1, lead_id, agent_id, phone_number, from_number, attempt, dial_before FROM picked ORDER BY phone_number
         ON CONFLICT (phone_number) WHERE ${IS_OPEN} DO NOTHING
         RETURNING id, lead_id
       ), moved AS (
         UPDATE leads SET status = 'calling', attempts = attempts + 1, last_attempt_at = clock_timestamp(),
           blocked_reason = NULL, reason = NULL, updated_at = clock_timestamp()
         FROM made WHERE leads.id = made.lead_id RETURNING leads.id
       ), waiting AS (
         UPDATE leads SET blocked_reason = 'number_busy',
           next_attempt_at = clock_timestamp() + $8::float8 * interval '1 millisecond'
         FROM picked WHERE leads.id = picked.lead_id AND picked.lead_id NOT IN (SELECT lead_id FROM made)
         RETURNING leads.id
       ), told AS (
         INSERT INTO call_events (call_id, type, status, data) SELECT id, 'call.claimed', 'queued', $9::jsonb FROM made
       ), difference AS (
         SELECT $1::uuid AS campaign_id, - n AS pending, n AS calling, 0 AS completed, 0 AS failed,
           0 AS successful_calls, 0 AS failed_calls, 0 AS talk_ms
         FROM (SELECT count(*) AS n FROM moved) AS moves, (SELECT count(*) FROM waiting) AS first WHERE n > 0
       ), counted AS (
         ${addToCounters('difference')}
       )
       SELECT id FROM made ORDER BY id`,
      [
        campaignId,
        calls.map((call) => call.id),
        calls.map((call) => call.leadId),
        calls.map((call) => call.phoneNumber),
        calls.map((call) => call.fromNumber),
        calls.map((call) => call.agentId),
        calls.map((call) => call.attempt),
        NUMBER_BUSY_NET_MS,
        JSON.stringify(settings),
        calls.map((call) => call.dialBefore),
      ],
      tx,
    );
    return rows.map((row) => row.id);
  }
}
