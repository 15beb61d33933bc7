import { Injectable } from '@nestjs/common';
import { anyRow, Database, type Tx } from '../database/index.js';
import type { QueuedCall } from './calls.queue.js';
import { IS_OPEN } from './open-calls.js';

/** An open call of which nothing was heard for long. */
export interface SilentCall {
  id: string;
  sid: string | null;
  phoneNumber: string;
  fromNumber: string;
  dialedAt: Date;
  /** Milliseconds since it was dialed, on the database's clock. */
  ageMs: number;
}

/** Leads of one campaign that were in no call. */
export interface HealedLeads {
  campaignId: string;
  count: number;
}

/** What became ready: its active campaigns, and whether others wait for their turn. */
export interface PromotedLeads {
  campaigns: string[];
  hasMore: boolean;
}

const BATCH = 100;
const LEADS_BATCH = 1000;

/** A claim or an ending under way is never taken for a loss. */
const LEAD_LOST_AFTER_MS = 10_000;

/** What reconcile reads and mends, in bounded batches, on the database's clock. */
@Injectable()
export class ReconcileRepository {
  constructor(private readonly database: Database) {}

  /** `dialing` calls whose process can no longer tell the answer become `unknown`. @returns how many */
  async loseDialing(afterMs: number): Promise<number> {
    const { affected } = await this.database.run(
      `WITH lost AS (
         UPDATE calls SET status = 'unknown', heard_at = clock_timestamp(), error_code = 'PROCESS_LOST'
         WHERE status = 'dialing' AND ${IS_OPEN} AND send_by < clock_timestamp() - $1::float8 * interval '1 millisecond'
         RETURNING id, workspace_id
       )
       INSERT INTO call_events (call_id, workspace_id, type, status, data)
       SELECT id, workspace_id, 'call.unknown', 'unknown', '{"code": "PROCESS_LOST"}'::jsonb FROM lost`,
      [afterMs],
    );
    return affected;
  }

  /** Calls at the carrier that were silent for `silentMs`, and every unknown one looked at longer than `lookMs` ago. */
  silent(silentMs: number, lookMs: number): Promise<SilentCall[]> {
    return this.database.query(
      `SELECT id, carrier_sid AS sid, phone_number AS "phoneNumber", from_number AS "fromNumber", dialed_at AS "dialedAt",
         extract(epoch FROM clock_timestamp() - dialed_at)::float8 * 1000 AS "ageMs"
       FROM calls WHERE ${IS_OPEN} AND status NOT IN ('queued', 'dialing')
         AND heard_at < clock_timestamp() - interval '1 millisecond' *
           CASE WHEN status = 'unknown' THEN $2::float8 ELSE $1::float8 END
       ORDER BY heard_at LIMIT ${BATCH}`,
      [silentMs, lookMs],
    );
  }

  /** The call was asked about: it is silent anew from now on. */
  async heard(callId: string): Promise<void> {
    await this.database.run('UPDATE calls SET heard_at = clock_timestamp() WHERE id = $1', [callId]);
  }

  /** The carrier's list did not have the call. @returns how often it has not by now */
  async listedWithout(callId: string): Promise<number> {
    const [row] = await this.database.query<{ cleanLists: number }>(
      'UPDATE calls SET clean_lists = clean_lists + 1 WHERE id = $1 RETURNING clean_lists AS "cleanLists"',
      [callId],
    );
    return row?.cleanLists ?? 0;
  }

  /** Whether an earlier call of the same lead was given up as not placed. */
  async wasGivenUpBefore(callId: string): Promise<boolean> {
    const [row] = await this.database.query<{ was: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM calls c JOIN calls earlier USING (lead_id)
         WHERE c.id = $1 AND earlier.id <> c.id AND earlier.error_code = 'NOT_PLACED') AS was`,
      [callId],
    );
    return row?.was ?? false;
  }

  /** Leads that are `calling` with no open call wait again. It should never happen; if it does, nobody is lost. */
  healLeads(tx: Tx): Promise<HealedLeads[]> {
    return this.database.query(
      `WITH lost AS (
         SELECT l.id FROM leads l WHERE l.status = 'calling'
           AND l.last_attempt_at < clock_timestamp() - $1::float8 * interval '1 millisecond'
           AND NOT EXISTS (SELECT 1 FROM calls c WHERE c.lead_id = l.id AND c.${IS_OPEN})
         ORDER BY l.last_attempt_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
       ), healed AS (
         UPDATE leads SET status = 'pending', updated_at = clock_timestamp() FROM lost WHERE leads.id = lost.id
         RETURNING leads.campaign_id
       )
       SELECT campaign_id AS "campaignId", count(*)::int AS count FROM healed GROUP BY campaign_id ORDER BY campaign_id`,
      [LEAD_LOST_AFTER_MS],
      tx,
    );
  }

  /** Which of these SIDs belong to calls we know. */
  async knownSids(sids: string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ sid: string }>(
      'SELECT carrier_sid AS sid FROM calls WHERE carrier_sid = ANY($1)',
      [sids],
    );
    return new Set(rows.map((row) => row.sid));
  }

  /** Queued calls that have waited long enough for their job to be doubted. */
  queuedSince(ms: number): Promise<QueuedCall[]> {
    return this.database.query(
      `SELECT id, queue_seq AS seq FROM calls WHERE status = 'queued' AND ${IS_OPEN}
         AND heard_at < clock_timestamp() - $1::float8 * interval '1 millisecond' ORDER BY heard_at LIMIT ${BATCH}`,
      [ms],
    );
  }

  /**
   * A batch of waiting leads whose time has come become ready, and campaigns awake whose window has opened. By the time the
   * statement began: a volatile `clock_timestamp()` is no condition for an index, and read a million waiting leads each second.
   */
  async promoteDueLeads(): Promise<PromotedLeads> {
    const [row] = await this.database.query<PromotedLeads>(
      `WITH due AS (
         SELECT id FROM leads WHERE status = 'pending' AND next_attempt_at <= statement_timestamp()
         ORDER BY next_attempt_at, priority DESC, id LIMIT ${LEADS_BATCH} FOR UPDATE SKIP LOCKED
       ), ready AS (
         UPDATE leads SET next_attempt_at = NULL, blocked_reason = NULL FROM due WHERE leads.id = due.id
         RETURNING leads.campaign_id
       ), awake AS (
         UPDATE campaigns SET wakes_at = NULL WHERE status = 'active' AND wakes_at <= clock_timestamp() RETURNING id
       )
       SELECT (SELECT count(*) FROM due) = ${LEADS_BATCH} AS "hasMore", ARRAY(
         SELECT k.id FROM ready r JOIN campaigns k ON k.id = r.campaign_id
           WHERE k.status = 'active' AND (k.wakes_at IS NULL OR k.wakes_at <= clock_timestamp())
         UNION SELECT id FROM awake)::text[] AS campaigns`,
    );
    return row ?? { campaigns: [], hasMore: false };
  }

  /**
   * Active campaigns that a claim could move on: a ready lead, a free slot and no closed window; or nothing left at all. One
   * whose leads all wait for a time is left alone.
   */
  async idleCampaigns(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT k.id FROM campaigns k
       CROSS JOIN LATERAL (SELECT count(*) AS open FROM calls WHERE campaign_id = k.id AND ${IS_OPEN}) c
       WHERE k.status = 'active' AND CASE
         WHEN c.open < k.max_concurrent AND (k.wakes_at IS NULL OR k.wakes_at <= clock_timestamp())
           AND ${anyRow(`FROM leads WHERE campaign_id = k.id AND status = 'pending' AND next_attempt_at IS NULL`)} THEN true
         ELSE c.open = 0 AND NOT ${anyRow(`FROM leads WHERE campaign_id = k.id AND status = 'pending'`)} END`,
    );
    return rows.map((row) => row.id);
  }
}
