import { Injectable } from '@nestjs/common';
import { addToCounters, type AgentStrategy } from '../campaigns/index.js';
import { Database, type Tx } from '../database/index.js';
import type { CallerIdWish } from './caller-ids.service.js';
import { hasSid, IS_OPEN } from './open-calls.js';
import type { BudgetUse } from './rules/budget.js';
import type { CandidateLead, JudgedCampaign } from './readiness/judgement.js';
import type { AgentLoad } from './rules/slots.js';
import { isSuppressed } from './suppressed.js';

/** An active campaign, locked: no other claim of it runs until the transaction ends. */
export interface ClaimingCampaign extends JudgedCampaign, CallerIdWish {
  maxConcurrent: number;
  callDelay: number;
  agentStrategy: AgentStrategy;
  hasAgents: boolean;
  weight: number;
  /** Null: any number. */
  maxCalls: number | null;
  /** Micros; null: anything. */
  maxSpend: number | null;
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
  /** Micros a minute, by estimate. */
  rate: number;
  /** Micros set aside for it. */
  reserve: number;
  /** It is not placed at this time or later; null: at any time. */
  dialBefore: Date | null;
}

type ClaimedFor = Pick<ClaimingCampaign, 'id' | 'workspaceId'>;

/** How long a lead whose number is in another call waits before it is looked at again, should no ending wake it. */
const NUMBER_BUSY_NET_MS = 5000;

type Agent = Omit<AgentLoad, 'open'>;

const AGENTS = `SELECT a.id, ca.is_primary AS "isPrimary", a.is_active AS "isActive", a.max_concurrent_calls AS "maxConcurrentCalls"
  FROM campaign_agents ca JOIN agents a ON a.id = ca.agent_id WHERE ca.campaign_id = $1 ORDER BY a.id`;

/** At most, of the campaign $1; it is locked, and nothing but its own claims takes its slots. */
const FREE_SLOTS = `COALESCE((SELECT GREATEST(0, k.max_concurrent - (SELECT count(*) FROM calls WHERE campaign_id = $1 AND ${IS_OPEN}))
  FROM campaigns k WHERE k.id = $1 AND k.status = 'active' AND k.call_delay = 0), 0)`;

/**
 * The number that called last is looked up only for leads that have been called, and not in the order of ids alone: a plan
 * made while there were few calls would then walk all of them backwards.
 */
const nextLeads = (limit: string): string =>
  `SELECT id, phone_number AS "phoneNumber", timezone, attempts, ${isSuppressed('leads')} AS "isSuppressed",
     CASE WHEN attempts > 0 THEN (SELECT c.from_number FROM calls c
       WHERE c.lead_id = leads.id AND ${hasSid('c')} ORDER BY c.attempt DESC, c.id DESC LIMIT 1) END AS "lastNumber"
   FROM leads
   WHERE campaign_id = $1 AND status = 'pending' AND next_attempt_at IS NULL
   ORDER BY (-priority), id LIMIT ${limit} FOR UPDATE SKIP LOCKED`;

/** Put together once: the text is the key to its plan. */
const READY_LEADS = nextLeads('$2');
const LEADS_FOR_SLOTS = nextLeads(FREE_SLOTS);

const INSERT_CALLS = `WITH picked AS (
    SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::int[], $10::timestamptz[],
        $11::int[], $12::bigint[])
      AS p (id, lead_id, phone_number, from_number, agent_id, attempt, dial_before, rate, reserve)
  ), made AS (
    INSERT INTO calls (id, workspace_id, campaign_id, lead_id, agent_id, phone_number, from_number, attempt, dial_before,
      rate_micros, cost_micros)
    SELECT id, $13::uuid, $1, lead_id, agent_id, phone_number, from_number, attempt, dial_before, rate, reserve FROM picked
    ORDER BY phone_number
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
    INSERT INTO call_events (call_id, workspace_id, type, status, data)
    SELECT id, $13::uuid, 'call.claimed', 'queued', $9::jsonb FROM made
  ), difference AS (
    SELECT $1::uuid AS campaign_id, - n AS pending, n AS calling, 0 AS completed, 0 AS failed,
      0 AS successful_calls, 0 AS failed_calls, 0 AS talk_ms, 0 AS spend_micros
    FROM (SELECT count(*) AS n FROM moved) AS moves, (SELECT count(*) FROM waiting) AS first WHERE n > 0
  ), counted AS (
    ${addToCounters('difference')}
  )
  SELECT id FROM made ORDER BY id`;

/**
 * The statements of one claim, in the order of their locks: campaign, agents by id, account, leads, calls by number.
 * Every transaction that takes several of these takes them in this order.
 */
@Injectable()
export class ClaimRepository {
  constructor(private readonly database: Database) {}

  async lockCampaign(tx: Tx, id: string): Promise<ClaimingCampaign | null> {
    const [campaign] = await this.database.query<ClaimingCampaign>(
      `SELECT id, workspace_id AS "workspaceId", max_concurrent AS "maxConcurrent", call_delay AS "callDelay", agent_strategy AS "agentStrategy",
         weight, max_calls AS "maxCalls", max_spend_micros::float8 AS "maxSpend",
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

  /** What the campaign has used of its limits, by one snapshot: an ending moves a call from one number to another at once. */
  async budgetUse(tx: Tx | undefined, campaignId: string): Promise<BudgetUse> {
    const [use] = await this.database.query<BudgetUse>(
      `SELECT COALESCE(k.placed, 0)::float8 AS placed, COALESCE(k.spent, 0)::float8 AS spent, o.open, o.undecided,
         COALESCE(o.reserved, 0)::float8 AS reserved
       FROM (SELECT sum(successful_calls + failed_calls) AS placed, sum(spend_micros) AS spent
           FROM campaign_counters WHERE campaign_id = $1) k,
         (SELECT count(*)::int AS open, sum(cost_micros) AS reserved,
            (count(*) FILTER (WHERE status IN ('queued', 'dialing', 'unknown')))::int AS undecided
           FROM calls WHERE campaign_id = $1 AND ${IS_OPEN}) o`,
      [campaignId],
      tx,
    );
    if (!use) throw new Error('A sum answers one row');
    return use;
  }

  async hasPendingLeads(tx: Tx, campaignId: string): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT 1 FROM leads WHERE campaign_id = $1 AND status = 'pending' LIMIT 1`,
      [campaignId],
      tx,
    );
    return rows.length > 0;
  }

  /**
   * The next leads to call: highest priority first, then oldest, along ix_leads_ready, by its own expression. Blocked ones are shown, not left
   * out: a claim that went on looking behind them would read a whole list under the campaign's lock.
   */
  takeReadyLeads(tx: Tx, campaignId: string, limit: number): Promise<ReadyLead[]> {
    return this.database.query<ReadyLead>(READY_LEADS, [campaignId, limit], tx);
  }

  /**
   * The same, as many as the campaign has free slots: asked for in one way to Postgres with its lock. What other limits do not
   * leave is not called. None for a campaign with a delay, which seldom calls more than one of them.
   */
  takeForSlots(tx: Tx, campaignId: string): Promise<ReadyLead[]> {
    return this.database.query<ReadyLead>(LEADS_FOR_SLOTS, [campaignId], tx);
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
  async insertCalls(tx: Tx, campaign: ClaimedFor, calls: NewCall[], settings: object): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      INSERT_CALLS,
      parametersOf(campaign, calls, settings),
      tx,
    );
    return rows.map((row) => row.id);
  }
}

function parametersOf(campaign: ClaimedFor, calls: NewCall[], settings: object): unknown[] {
  return [
    campaign.id,
    calls.map((call) => call.id),
    calls.map((call) => call.leadId),
    calls.map((call) => call.phoneNumber),
    calls.map((call) => call.fromNumber),
    calls.map((call) => call.agentId),
    calls.map((call) => call.attempt),
    NUMBER_BUSY_NET_MS,
    JSON.stringify(settings),
    calls.map((call) => call.dialBefore),
    calls.map((call) => call.rate),
    calls.map((call) => call.reserve),
    campaign.workspaceId,
  ];
}
