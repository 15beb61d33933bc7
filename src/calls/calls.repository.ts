import { Injectable } from '@nestjs/common';
import {
  COUNT_CAP,
  batchesOf,
  cappedTotal,
  sliceOf,
  startOf,
  type Page,
  type Paged,
  type Slice,
  type Total,
} from '../common/index.js';
import { andOwn, Database } from '../database/index.js';
import { isTerminal, type CallOutcome, type CallStatus } from './call.states.js';

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

/** Which calls of a campaign; what is absent does not matter. */
export interface CallFilter {
  status?: CallStatus;
  outcome?: CallOutcome;
  leadId?: string;
}

const NEWEST_FIRST = { name: 'calls', key: ['id'] } as const;

/** What is known of calls, for reading. */
@Injectable()
export class CallsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Calls of a campaign, newest first, counted no further than `COUNT_CAP`; null when there is no such campaign.
   * @throws DomainError `INVALID_CURSOR`
   */
  async pageOf(campaignId: string, filter: CallFilter, page: Page): Promise<Paged<CallRow> | null> {
    const [isKnown, slice, total] = await Promise.all([
      this.hasCampaign(campaignId),
      this.slice(campaignId, filter, page),
      this.count(campaignId, filter),
    ]);
    return isKnown ? { ...slice, ...total } : null;
  }

  /** All calls that a list would show, in batches; null when there is no such campaign. */
  async batches(
    campaignId: string,
    filter: CallFilter,
  ): Promise<AsyncGenerator<CallRow[], void, undefined> | null> {
    if (!(await this.hasCampaign(campaignId))) return null;
    return batchesOf((page) => this.slice(campaignId, filter, page));
  }

  private async slice(campaignId: string, filter: CallFilter, page: Page): Promise<Slice<CallRow>> {
    const { after, offset, take } = startOf(page, NEWEST_FIRST);
    const [where, values] = conditionsOf(campaignId, filter);
    const n = values.length;
    const rows = await this.database.read<CallRow>(
      `SELECT ${COLUMNS} FROM calls WHERE ${where} ${after ? `AND id < $${n + 3}::uuid` : ''}
        ORDER BY id DESC LIMIT $${n + 1} OFFSET $${n + 2}`,
      [...values, take, offset, ...(after ?? [])],
    );
    return sliceOf(rows, page, NEWEST_FIRST, ({ id }) => [id]);
  }

  private async count(campaignId: string, filter: CallFilter): Promise<Total> {
    const [where, values] = conditionsOf(campaignId, filter);
    const [row] = await this.database.read<{ counted: number }>(
      `SELECT count(*)::int AS counted FROM (SELECT 1 FROM calls WHERE ${where} LIMIT ${COUNT_CAP + 1}) AS few`,
      values,
    );
    return cappedTotal(row?.counted ?? 0);
  }

  private async hasCampaign(id: string): Promise<boolean> {
    const values = [id];
    const rows = await this.database.query(`SELECT 1 FROM campaigns WHERE id = $1${andOwn(values)}`, values);
    return rows.length === 1;
  }

  async find(id: string): Promise<CallRow | null> {
    const values = [id];
    const sql = `SELECT ${COLUMNS} FROM calls WHERE id = $1${andOwn(values)}`;
    const [call] = await this.database.query<CallRow>(sql, values);
    return call ?? null;
  }

  eventsOf(callId: string): Promise<CallEventRow[]> {
    const values = [callId];
    return this.database.query(
      `SELECT id, type, status, at, data FROM call_events WHERE call_id = $1${andOwn(values)} ORDER BY id`,
      values,
    );
  }
}

/** The conditions and their parameters, from `$1` on. */
function conditionsOf(campaignId: string, { status, outcome, leadId }: CallFilter): [string, unknown[]] {
  const wanted = { campaign_id: campaignId, status, outcome, lead_id: leadId };
  const set = Object.entries(wanted).filter(([, value]) => value !== undefined);
  const conditions = set.map(([column], i) => `${column} = $${i + 1}`);
  const values = set.map(([, value]) => value);
  if (status !== undefined) conditions.push(indexedBy(status));
  return [conditions.join(' AND ') + andOwn(values), values];
}

/** `status` is in no index, so that a call moves without writing any: what it says of the outcome is. */
function indexedBy(status: CallStatus): string {
  if (!isTerminal(status)) return 'ended_at IS NULL';
  if (status === 'completed') return `outcome IN ('answered','voicemail')`;
  return `outcome = '${status.replace('-', '_')}'`;
}
