import { Injectable } from '@nestjs/common';
import type { CounterDelta } from '../../campaigns/index.js';
import { andOwn, Database, newRowsWorkspace, type Tx } from '../../database/index.js';
import type { ErasedPerson } from '../lead.hooks.js';

/** A lead of the person who is erased. */
export interface PersonsLead {
  id: string;
  campaignId: string;
  name: string | null;
  isInCall: boolean;
}

/** What stands where a number stood. */
const ERASED = 'erased';
/** So many last digits of a number are taken for it, however it is written; a row too many is no harm. */
const TELLING_DIGITS = 8;
/** Shorter names are only taken for one where they are all that a text says. */
const LEAST_NAME = 3;

/** Every place in the tables below this room where a person may stand. */
@Injectable()
export class ErasureRepository {
  constructor(private readonly database: Database) {}

  /** Campaigns of this workspace that have the number, locked in the order of their ids: no claim of them runs meanwhile. */
  async lockCampaigns(tx: Tx, phoneNumber: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM campaigns WHERE id = ANY(ARRAY(
         SELECT campaign_id FROM leads WHERE phone_number = $1
           AND campaign_id = ANY(ARRAY(SELECT id FROM campaigns WHERE workspace_id = $2))))
       ORDER BY id FOR NO KEY UPDATE`,
      [phoneNumber, newRowsWorkspace()],
      tx,
    );
    return rows.map(({ id }) => id);
  }

  /** The number's leads in these campaigns, locked in the order of their ids. */
  lockLeads(tx: Tx, campaignIds: string[], phoneNumber: string): Promise<PersonsLead[]> {
    return this.database.query(
      `SELECT id, campaign_id AS "campaignId", name, status = 'calling' AS "isInCall" FROM leads
       WHERE campaign_id = ANY($1::uuid[]) AND phone_number = $2 ORDER BY id FOR UPDATE`,
      [campaignIds, phoneNumber],
      tx,
    );
  }

  /** Whether a file waits or is read whose rows would bring the person back. */
  async isImporting(tx: Tx): Promise<boolean> {
    const values: unknown[] = [];
    const rows = await this.database.query(
      `SELECT 1 FROM lead_imports WHERE status IN ('queued', 'running')${andOwn(values)} LIMIT 1`,
      values,
      tx,
    );
    return rows.length > 0;
  }

  /**
   * The leads stay as rows that count and say nothing: never called again (`FOR_GOOD` in the campaigns room names the reason).
   * @returns by how much the counters of each campaign change
   */
  async eraseLeads(tx: Tx, ids: string[]): Promise<Map<string, CounterDelta>> {
    const rows = await this.database.query<{ id: string; pending: number }>(
      `WITH held AS MATERIALIZED (
         SELECT id, status FROM leads WHERE id = ANY($1::uuid[])
       ), gone AS (
         UPDATE leads SET phone_number = '${ERASED}:' || leads.id, name = NULL, metadata = '{}', timezone = NULL,
           status = CASE WHEN leads.status = 'pending' THEN 'failed' ELSE leads.status END, reason = '${ERASED}',
           next_attempt_at = NULL, blocked_reason = NULL, updated_at = clock_timestamp()
         FROM held WHERE leads.id = held.id RETURNING leads.campaign_id, held.status
       )
       SELECT campaign_id AS id, (count(*) FILTER (WHERE status = 'pending'))::int AS pending FROM gone GROUP BY campaign_id`,
      [ids],
      tx,
    );
    return new Map(rows.map(({ id, pending }) => [id, { pending: -pending, failed: pending }]));
  }

  /**
   * Calls to the number, also those whose lead was deleted before or has another number since, and their events: of these only
   * the code stays.
   */
  async eraseCalls(tx: Tx, leadIds: string[], phoneNumber: string): Promise<void> {
    const values: unknown[] = [leadIds, phoneNumber];
    const own = andOwn(values);
    await this.database.run(
      `WITH held AS MATERIALIZED (
         SELECT id FROM calls WHERE id = ANY(ARRAY(
           SELECT id FROM calls WHERE lead_id = ANY($1::uuid[])
           UNION ALL SELECT id FROM calls
            WHERE phone_number = $2 AND carrier_sid IS NOT NULL AND ended_at IS NOT NULL${own}
           UNION ALL SELECT id FROM calls
            WHERE phone_number = $2 AND carrier_sid IS NULL AND ended_at IS NOT NULL${own})) ORDER BY id FOR NO KEY UPDATE
       ), calls_gone AS (
         UPDATE calls SET phone_number = '${ERASED}', error_message = NULL FROM held WHERE calls.id = held.id
       )
       UPDATE call_events SET data = jsonb_strip_nulls(jsonb_build_object('code', data -> 'code'))
       WHERE call_id = ANY(ARRAY(SELECT id FROM held)) AND data <> '{}'`,
      values,
      tx,
    );
  }

  /** Rows that imports refused, and what names the person in the imports themselves. They count as before. */
  async eraseImports(tx: Tx, person: ErasedPerson): Promise<void> {
    const values = [
      telling(person),
      person.names.filter((name) => name.length < LEAST_NAME),
      newRowsWorkspace(),
    ];
    const names = (text: string) => `${text} ~* ANY($1::text[]) OR btrim(${text}) = ANY($2::text[])`;
    await this.database.run(
      `UPDATE lead_import_refusals SET cells = '[]', reason = '${ERASED}'
       WHERE workspace_id = $3 AND ((${names('reason')}) OR EXISTS (
         SELECT 1 FROM json_array_elements_text(cells) AS c (cell) WHERE ${names('cell')}))`,
      values,
      tx,
    );
    await this.database.run(
      `UPDATE lead_imports SET file_name = CASE WHEN ${names('file_name')} THEN NULL ELSE file_name END,
         error_message = CASE WHEN ${names('error_message')} THEN NULL ELSE error_message END,
         header = CASE WHEN ${names('header::text')} THEN NULL ELSE header END
       WHERE workspace_id = $3 AND ((${names('file_name')}) OR (${names('error_message')}) OR (${names('header::text')}))`,
      values,
      tx,
    );
  }

  /** Answers kept for those who ask again with an Idempotency-Key: what was done stays known, and is not done again. */
  async eraseAnswers(tx: Tx, person: ErasedPerson): Promise<void> {
    // Of what was done already and is not answered yet: what the answer will be is not known, so it is not kept.
    await this.database.run(
      `UPDATE idempotency_keys SET status = 409 WHERE workspace_id = $1 AND key = ANY(ARRAY(
         SELECT key FROM idempotency_keys WHERE workspace_id = $1 AND done IS NOT NULL AND status IS NULL
            AND held_until > clock_timestamp() ORDER BY key FOR UPDATE))`,
      [newRowsWorkspace()],
      tx,
    );
    await this.database.run(
      `UPDATE idempotency_keys SET answer = NULL, status = NULL, done = COALESCE(done, '${ERASED}')
       WHERE workspace_id = $2 AND answer ~* ANY($1::text[])`,
      [telling(person), newRowsWorkspace()],
      tx,
    );
  }

  /** The number stays on the do-not-call list, where it keeps us from calling; what people wrote beside it goes. */
  async eraseNotes(tx: Tx, person: ErasedPerson): Promise<void> {
    const own = [person.phoneNumber, newRowsWorkspace()];
    await this.database.run(
      `UPDATE suppressions SET reason = NULL WHERE workspace_id = $2 AND phone_number = $1 AND reason IS NOT NULL`,
      own,
      tx,
    );
    // The carrier's words, of a campaign that paused itself.
    await this.database.run(
      `UPDATE campaigns SET paused_reason = replace(paused_reason::text, $1, '${ERASED}')::jsonb
       WHERE workspace_id = $2 AND strpos(paused_reason::text, $1) > 0`,
      own,
      tx,
    );
  }
}

/** Regular expressions that find the person in a text: the last digits, whatever stands between them, and the names. */
function telling({ phoneNumber, names }: ErasedPerson): string[] {
  const digits = phoneNumber.replace(/\D/g, '').slice(-TELLING_DIGITS);
  const words = names.filter((name) => name.length >= LEAST_NAME);
  return [
    digits.replace(/(?<=\d)(?=\d)/g, '\\D*'),
    ...words.map((name) => name.replace(/\W/gu, (sign) => quoted(sign))),
  ];
}

/** A letter that is not ASCII is no sign. */
function quoted(sign: string): string {
  return /[\p{L}\p{N}\s]/u.test(sign) ? sign : `\\${sign}`;
}
