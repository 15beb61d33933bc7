import { Injectable } from '@nestjs/common';
import type { CallStatus } from '../../calls/index.js';
import { COUNT_CAP, outsideScope } from '../../common/index.js';
import { andOwn, Database, searchedLeads } from '../../database/index.js';
import type { Lead } from '../../leads/index.js';
import { ACCOUNT_ID } from '../account-turn.js';
import { IS_OPEN } from '../open-calls.js';
import { isSuppressed } from '../suppressed.js';

/** An open call: it holds a slot and its number. */
export interface OpenCall {
  id: string;
  campaignId: string;
  leadId: string | null;
  agentId: string | null;
  /** E.164. */
  fromNumber: string;
  status: CallStatus;
  attempt: number;
  createdAt: Date;
  dialedAt: Date | null;
  answeredAt: Date | null;
  dialBefore: Date | null;
}

/** An entry of the do-not-call list that holds now. */
export interface SuppressionEntry {
  id: string;
  /** Null: for every campaign. */
  campaignId: string | null;
  reason: string | null;
  source: string | null;
  expiresAt: Date | null;
}

/** How many leads are to be called before one. */
export interface Place {
  ahead: number;
  /** Counting stopped: there are more. */
  isCapped: boolean;
}

/** Entries shown: a number has two of a campaign at most, its own and that of all. */
const MOST_ENTRIES = 2;

/** What only an explanation asks for. */
@Injectable()
export class ExplainRepository {
  constructor(private readonly database: Database) {}

  /** By the database's clock, as every rule is judged. */
  async now(): Promise<Date> {
    const [row] = await this.database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    if (!row) throw new Error('A clock answers one row');
    return row.now;
  }

  /** By the rule of claim and guard. */
  async isSuppressed(leadId: string): Promise<boolean> {
    const [row] = await this.database.query<{ is: boolean }>(
      `SELECT ${isSuppressed('leads')} AS is FROM leads WHERE id = $1`,
      [leadId],
    );
    return row?.is ?? false;
  }

  suppressions(campaignId: string, phoneNumber: string): Promise<SuppressionEntry[]> {
    return this.database.query<SuppressionEntry>(
      `SELECT id, campaign_id AS "campaignId", reason, source, expires_at AS "expiresAt" FROM suppressions
       WHERE phone_number = $2 AND (campaign_id IS NULL OR campaign_id = $1)
         AND workspace_id = (SELECT workspace_id FROM campaigns WHERE id = $1)
         AND (expires_at IS NULL OR expires_at > clock_timestamp())
       ORDER BY id LIMIT ${MOST_ENTRIES}`,
      [campaignId, phoneNumber],
    );
  }

  /** The call of this workspace that a number is in; there is one at most. */
  async openCall(phoneNumber: string): Promise<OpenCall | null> {
    const values = [phoneNumber];
    const [call] = await this.database.query<OpenCall>(
      `SELECT id, campaign_id AS "campaignId", lead_id AS "leadId", agent_id AS "agentId", from_number AS "fromNumber",
         status, attempt, created_at AS "createdAt", dialed_at AS "dialedAt", answered_at AS "answeredAt",
         dial_before AS "dialBefore"
       FROM calls WHERE phone_number = $1 AND ${IS_OPEN}${andOwn(values)}`,
      values,
    );
    return call ?? null;
  }

  /** Ready leads that are called before this one, in the claim's own order along its own index; some of them may be blocked, nobody has judged them yet. */
  async placeOf({ campaignId, priority, id }: Pick<Lead, 'campaignId' | 'priority' | 'id'>): Promise<Place> {
    const ready = `SELECT 1 FROM ${searchedLeads()} WHERE campaign_id = $1 AND status = 'pending' AND next_attempt_at IS NULL`;
    const [row] = await this.database.query<{ ahead: number }>(
      `SELECT count(*)::int AS ahead FROM (
         (${ready} AND (-priority) < -$2::int ORDER BY (-priority), id LIMIT ${COUNT_CAP + 1})
         UNION ALL (${ready} AND (-priority) = -$2::int AND id < $3::uuid ORDER BY id LIMIT ${COUNT_CAP + 1})
         LIMIT ${COUNT_CAP + 1}
       ) AS before`,
      [campaignId, priority, id],
    );
    const ahead = row?.ahead ?? 0;
    return { ahead: Math.min(ahead, COUNT_CAP), isCapped: ahead > COUNT_CAP };
  }

  /** When the campaign, and the account, may place next; null: no turn was taken yet. */
  async turns(campaignId: string): Promise<{ campaign: Date | null; account: Date | null }> {
    // The account's turns are everybody's.
    const rows = await outsideScope(() =>
      this.database.query<{ id: string; nextAt: Date }>(
        `SELECT id, next_at AS "nextAt" FROM dial_turns WHERE id = ANY($1::uuid[])`,
        [[campaignId, ACCOUNT_ID]],
      ),
    );
    const nextOf = (id: string) => rows.find((row) => row.id === id)?.nextAt ?? null;
    return { campaign: nextOf(campaignId), account: nextOf(ACCOUNT_ID) };
  }
}
