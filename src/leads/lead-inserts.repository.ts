import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/index.js';
import type { NewLead } from './new-lead.js';

const COLUMNS = 'id, phone_number, name, priority, metadata';
const ARRAYS = 'unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[])';
const ROWS = `SELECT id, phone_number, name, priority, metadata::jsonb
  FROM ${ARRAYS} AS rows (${COLUMNS})`;

/**
 * Inserts leads, leaving out numbers the campaign has already. A transaction inserts all its leads in one statement,
 * in the order of their numbers: two that add the same numbers wait for each other and never deadlock.
 */
@Injectable()
export class LeadInsertsRepository {
  constructor(private readonly database: Database) {}

  /** Answers how many were new. */
  async insert(tx: Tx, campaignId: string, leads: NewLead[]): Promise<number> {
    return this.insertFrom(tx, campaignId, `(${ROWS}) AS added`, arraysOf(leads));
  }

  /** Makes a table only this transaction sees, gone when it ends: a file of any size waits there, not in memory. */
  async openStage(tx: Tx): Promise<void> {
    await this.database.run(
      `CREATE TEMP TABLE lead_stage (id uuid, phone_number text, name text, priority int, metadata jsonb) ON COMMIT DROP`,
      [],
      tx,
    );
  }

  async stage(tx: Tx, leads: NewLead[]): Promise<void> {
    await this.database.run(`INSERT INTO lead_stage (${COLUMNS}) ${ROWS}`, arraysOf(leads), tx);
  }

  /** Answers how many of the staged leads were new. Of several with one number, the first in the file wins. */
  async insertStaged(tx: Tx, campaignId: string): Promise<number> {
    return this.insertFrom(tx, campaignId, 'lead_stage AS added', []);
  }

  /**
   * The time is this statement's, not the transaction's, which may be an import's first minute: a lead that came
   * after its campaign was completed can be told by it.
   */
  private async insertFrom(tx: Tx, campaignId: string, source: string, arrays: unknown[]): Promise<number> {
    const { affected } = await this.database.run(
      `INSERT INTO leads (campaign_id, created_at, updated_at, ${COLUMNS})
       SELECT $${arrays.length + 1}::uuid, statement_timestamp(), statement_timestamp(), ${COLUMNS} FROM ${source} ORDER BY phone_number, id
       ON CONFLICT (campaign_id, phone_number) DO NOTHING`,
      [...arrays, campaignId],
      tx,
    );
    return affected;
  }
}

function arraysOf(leads: NewLead[]): unknown[] {
  return [
    leads.map((lead) => lead.id),
    leads.map((lead) => lead.phoneNumber),
    leads.map((lead) => lead.name),
    leads.map((lead) => lead.priority),
    leads.map((lead) => lead.metadata),
  ];
}
