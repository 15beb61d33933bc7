import { Injectable } from '@nestjs/common';
import { offsetOf, type Page, type Paged } from '../common/index.js';
import { Database } from '../database/index.js';
import type { CallOutcome, CallStatus } from './call.states.js';

export interface CallRow {
  id: string;
  campaignId: string;
  leadId: string | null;
  agentId: string | null;
  phoneNumber: string;
  fromNumber: string;
  attempt: number;
  status: CallStatus;
  outcome: CallOutcome | null;
  carrierSid: string | null;
  answeredBy: string | null;
  errorCode: string | null;
  errorMessage: string | null;
  durationMs: number | null;
  createdAt: Date;
  dialedAt: Date | null;
  answeredAt: Date | null;
  endedAt: Date | null;
}

export interface CallEventRow {
  id: string;
  type: string;
  status: CallStatus | null;
  at: Date;
  data: Record<string, unknown>;
}

const COLUMNS = `id, campaign_id AS "campaignId", lead_id AS "leadId", agent_id AS "agentId", phone_number AS "phoneNumber",
  from_number AS "fromNumber", attempt, status, outcome, carrier_sid AS "carrierSid", answered_by AS "answeredBy",
  error_code AS "errorCode", error_message AS "errorMessage", duration_ms AS "durationMs", created_at AS "createdAt",
  dialed_at AS "dialedAt", answered_at AS "answeredAt", ended_at AS "endedAt"`;

/** What is known of calls, for reading. */
@Injectable()
export class CallsRepository {
  constructor(private readonly database: Database) {}

  /** Calls of a campaign, newest first; null when there is no such campaign. */
  async pageOf(
    campaignId: string,
    status: CallStatus | undefined,
    page: Page,
  ): Promise<Paged<CallRow> | null> {
    const [count] = await this.database.query<{ known: boolean; total: number }>(
      `SELECT EXISTS (SELECT 1 FROM campaigns WHERE id = $1) AS known,
         (SELECT count(*)::int FROM calls WHERE campaign_id = $1 AND ($2::text IS NULL OR status = $2)) AS total`,
      [campaignId, status ?? null],
    );
    if (!count?.known) return null;
    const items = await this.database.query<CallRow>(
      `SELECT ${COLUMNS} FROM calls WHERE campaign_id = $1 AND ($2::text IS NULL OR status = $2)
       ORDER BY id DESC LIMIT $3 OFFSET $4`,
      [campaignId, status ?? null, page.limit, offsetOf(page)],
    );
    return { items, total: count.total };
  }

  async find(id: string): Promise<CallRow | null> {
    const [call] = await this.database.query<CallRow>(`SELECT ${COLUMNS} FROM calls WHERE id = $1`, [id]);
    return call ?? null;
  }

  eventsOf(callId: string): Promise<CallEventRow[]> {
    return this.database.query(
      'SELECT id, type, status, at, data FROM call_events WHERE call_id = $1 ORDER BY id',
      [callId],
    );
  }
}
