import { Injectable } from '@nestjs/common';
import type { NumberCap } from '../../campaigns/index.js';
import type { CallOutcome } from '../../calls/index.js';
import { andOwn, Database } from '../../database/index.js';
import { isAmongSuppressed, type AgentLoad, type CandidateLead } from '../../dialer/index.js';
import type { BlockedReason } from '../../leads/index.js';

/** Read in one statement. */
const BATCH = 5000;
/** History older than so many calls says little about the next ones. */
const LATEST_CALLS = 5000;
/** The share of leads that are looked at is so many 65,536ths. */
const WHOLE_SHARE = 65_536;
/** Below every id. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

export interface PendingLead extends CandidateLead {
  name: string | null;
  /** Null: nothing of it was asked. */
  metadata: Record<string, unknown> | null;
  priority: number;
  attempts: number;
  nextAttemptAt: Date | null;
  blockedReason: BlockedReason | null;
}

export interface AssignedVoice extends Omit<AgentLoad, 'open'> {
  name: string;
  greeting: string | null;
}

/** How calls ended so far. */
export interface OutcomeCount {
  outcome: CallOutcome;
  calls: number;
  /** Milliseconds, all of them together. */
  talkMs: number;
}

export interface LeadsWanted {
  /** 0 to 1: 1 is all; else those whose random digits of the id fall below it. */
  share: number;
  hasMetadata: boolean;
}

/** What a preflight reads. It writes nothing. */
@Injectable()
export class PreflightRepository {
  constructor(private readonly database: Database) {}

  async now(): Promise<Date> {
    const [row] = await this.database.query<{ now: Date }>('SELECT clock_timestamp() AS now', []);
    return row?.now ?? new Date();
  }

  /** The pending leads in the order of their ids, batch by batch. The next one is read while the last is looked at. */
  async *pendingLeads(campaignId: string, wanted: LeadsWanted): AsyncGenerator<PendingLead[]> {
    let next = this.batchAfter(FIRST_ID, campaignId, wanted);
    for (;;) {
      const leads = await next;
      const last = leads.at(BATCH - 1);
      if (last) {
        next = this.batchAfter(last.id, campaignId, wanted);
        // Nobody may be waiting for it by then: who looks at this one may give up.
        next.catch(() => undefined);
      }
      if (leads.length > 0) yield leads;
      if (!last) return;
    }
  }

  private batchAfter(
    id: string,
    campaignId: string,
    { share, hasMetadata }: LeadsWanted,
  ): Promise<PendingLead[]> {
    return this.database.query<PendingLead>(
      `SELECT id, phone_number AS "phoneNumber", timezone, name, CASE WHEN $5 THEN metadata END AS metadata, priority, attempts,
         next_attempt_at AS "nextAttemptAt", blocked_reason AS "blockedReason", ${isAmongSuppressed('leads')} AS "isSuppressed"
       FROM leads WHERE campaign_id = $1 AND status = 'pending' AND id > $2
         AND ($3::int = ${WHOLE_SHARE} OR ('x' || right(id::text, 4))::bit(16)::int < $3::int)
       ORDER BY id LIMIT $4`,
      [campaignId, id, Math.round(share * WHOLE_SHARE), BATCH, hasMetadata],
    );
  }

  /** In the order of their ids, as a claim locks them. */
  agents(campaignId: string): Promise<AssignedVoice[]> {
    return this.database.query(
      `SELECT a.id, a.name, a.greeting, ca.is_primary AS "isPrimary", a.is_active AS "isActive",
         a.max_concurrent_calls AS "maxConcurrentCalls"
       FROM campaign_agents ca JOIN agents a ON a.id = ca.agent_id WHERE ca.campaign_id = $1 ORDER BY a.id`,
      [campaignId],
    );
  }

  history(campaignId: string): Promise<OutcomeCount[]> {
    return this.database.query(
      `SELECT outcome, count(*)::int AS calls, COALESCE(sum(duration_ms), 0)::float8 AS "talkMs" FROM (
         SELECT outcome, duration_ms FROM calls WHERE campaign_id = $1 AND outcome IS NOT NULL AND carrier_sid IS NOT NULL
         ORDER BY id DESC LIMIT ${LATEST_CALLS}) AS latest
       GROUP BY outcome`,
      [campaignId],
    );
  }

  /** How often the calls of these leads have ended so. */
  outcomesOf(leadIds: string[]): Promise<{ leadId: string; outcome: CallOutcome; calls: number }[]> {
    return this.database.query(
      `SELECT lead_id AS "leadId", outcome, count(*)::int AS calls FROM calls
       WHERE lead_id = ANY($1::uuid[]) AND outcome IS NOT NULL GROUP BY lead_id, outcome`,
      [leadIds],
    );
  }

  /** When these numbers were called within the span of a cap, in order; epoch ms. */
  placedAt(phoneNumbers: string[], { days }: NumberCap): Promise<{ phoneNumber: string; times: number[] }[]> {
    const values = [phoneNumbers, days];
    return this.database.query(
      `SELECT phone_number AS "phoneNumber",
         array_agg((extract(epoch FROM COALESCE(dialed_at, created_at)) * 1000)::float8 ORDER BY ended_at) AS times
       FROM calls WHERE phone_number = ANY($1) AND carrier_sid IS NOT NULL AND ended_at IS NOT NULL
         AND ended_at > clock_timestamp() - $2::int * interval '24 hours'${andOwn(values)}
       GROUP BY phone_number`,
      values,
    );
  }
}
