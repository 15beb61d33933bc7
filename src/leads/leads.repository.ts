import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { QueryFailedError, type Repository } from 'typeorm';
import type { CallOutcome, CallStatus } from '../calls/index.js';
import { CLOSED_REASONS } from '../compliance/index.js';
import { andOwn, Database, ofWorkspace, rowsIn, type Tx } from '../database/index.js';
import { Lead } from './lead.entity.js';
import { isObject } from './lead-fields.js';
import type { LeadStatus } from './lead.states.js';

/** What can be changed of a lead; absent: stays. */
export type LeadChanges = Partial<Pick<Lead, 'phoneNumber' | 'name' | 'priority' | 'timezone' | 'metadata'>>;

/** One call of a lead's history. */
export interface LeadCall {
  id: string;
  status: CallStatus;
  outcome: CallOutcome | null;
  attempt: number;
  agentId: string | null;
  errorCode: string | null;
  errorMessage: string | null;
  createdAt: Date;
  answeredAt: Date | null;
  endedAt: Date | null;
  /** Milliseconds talked. */
  duration: number | null;
}

export type GoneLead = Pick<Lead, 'status' | 'phoneNumber' | 'priority' | 'timezone'>;

/** How many leads of each status a statement touched. */
export type StatusCounts = Partial<Record<LeadStatus, number>>;

/** What a lead waits for because of its number, and because of its clock. */
const WAITS = { ofNumber: ['number_busy', 'number_cap', ...CLOSED_REASONS], ofClock: [...CLOSED_REASONS] };
const UNIQUE_VIOLATION = '23505';
const SAME_NUMBER = 'uq_leads_campaign_id_phone_number';

/** Rows of leads. */
@Injectable()
export class LeadsRepository {
  constructor(
    @InjectRepository(Lead) private readonly leads: Repository<Lead>,
    private readonly database: Database,
  ) {}

  find(campaignId: string, id: string): Promise<Lead | null> {
    return this.leads.findOneBy({ id, campaignId, ...ofWorkspace() });
  }

  /** The lead, locked against other changes until `tx` ends. */
  findLocked(tx: Tx, campaignId: string, id: string): Promise<Lead | null> {
    return rowsIn(tx, Lead).findOne({
      where: { id, campaignId, ...ofWorkspace() },
      lock: { mode: 'for_no_key_update' },
    });
  }

  /** A lead's calls, newest first. Found before they are sorted: a plan made while there were few would walk all calls backwards. */
  calls(leadId: string, limit: number): Promise<LeadCall[]> {
    const values = [leadId, limit];
    return this.database.query(
      `WITH of_lead AS MATERIALIZED (SELECT * FROM calls WHERE lead_id = $1${andOwn(values)})
       SELECT id, status, outcome, attempt, agent_id AS "agentId", error_code AS "errorCode",
              error_message AS "errorMessage", created_at AS "createdAt", answered_at AS "answeredAt",
              ended_at AS "endedAt", duration_ms AS duration
         FROM of_lead ORDER BY id DESC LIMIT $2`,
      values,
    );
  }

  /**
   * Changes a lead in one guarded update: a new number only while the lead is pending. A lead that waited because its old
   * number was busy or had been called too often, or for the window by its old clock, waits no more.
   * @returns `none`: no such lead, or not pending; `duplicate`: the campaign has the number already
   */
  async update(
    tx: Tx,
    campaignId: string,
    id: string,
    changes: LeadChanges,
  ): Promise<'done' | 'none' | 'duplicate'> {
    const { phoneNumber, timezone } = changes;
    const isFreed = freedBy(changes);
    const freed = isFreed && {
      nextAttemptAt: () => `CASE WHEN ${isFreed} THEN NULL ELSE next_attempt_at END`,
      blockedReason: () => `CASE WHEN ${isFreed} THEN NULL ELSE blocked_reason END`,
    };
    const update = rowsIn(tx, Lead)
      .createQueryBuilder()
      .update()
      .set({ ...changes, metadata: changes.metadata && (() => 'CAST(:metadata AS jsonb)'), ...freed })
      .where({ id, campaignId, ...ofWorkspace() })
      .setParameters({ metadata: JSON.stringify(changes.metadata), phoneNumber, timezone, ...WAITS });
    if (phoneNumber) update.andWhere(`(status = 'pending' OR phone_number = :phoneNumber)`);
    try {
      return (await update.execute()).affected === 1 ? 'done' : 'none';
    } catch (error) {
      if (isSameNumber(error)) return 'duplicate';
      throw error;
    }
  }

  /** Deletes a lead that is in no call, and answers what it was. */
  async delete(tx: Tx, campaignId: string, id: string): Promise<GoneLead | undefined> {
    const values = [id, campaignId];
    const [row] = await this.database.query<GoneLead>(
      `DELETE FROM leads WHERE id = $1 AND campaign_id = $2 AND status <> 'calling'${andOwn(values)}
       RETURNING status, phone_number AS "phoneNumber", priority, timezone`,
      values,
      tx,
    );
    return row;
  }

  /** Deletes up to `limit` leads that are in no call and older than the id `before`, along an index. */
  async deleteSome(tx: Tx, campaignId: string, before: string, limit: number): Promise<StatusCounts> {
    const rows = await this.database.query<{ status: LeadStatus; count: number }>(
      `WITH gone AS (
         DELETE FROM leads WHERE id IN (
           SELECT id FROM leads
            WHERE campaign_id = $1 AND id < $2 AND status IN ('completed', 'failed', 'pending')
            ORDER BY status, id LIMIT $3 FOR UPDATE)
         RETURNING status)
       SELECT status, count(*)::int AS count FROM gone GROUP BY status`,
      [campaignId, before, limit],
      tx,
    );
    return Object.fromEntries(rows.map((row) => [row.status, row.count]));
  }
}

/** The condition under which a change ends a lead's wait; undefined: it never does. */
function freedBy({ phoneNumber, timezone }: LeadChanges): string | undefined {
  const conditions = [
    phoneNumber === undefined ? [] : ['(phone_number <> :phoneNumber AND blocked_reason = ANY(:ofNumber))'],
    timezone === undefined
      ? []
      : ['(timezone IS DISTINCT FROM :timezone AND blocked_reason = ANY(:ofClock))'],
  ].flat();
  return conditions.length > 0 ? `(${conditions.join(' OR ')})` : undefined;
}

/** Whether a statement failed because the campaign has the number already. */
export function isSameNumber(error: unknown): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  const driver: unknown = error.driverError;
  if (!isObject(driver)) return false;
  return driver.code === UNIQUE_VIOLATION && driver.constraint === SAME_NUMBER;
}
