import type { MigrationInterface, QueryRunner } from 'typeorm';

const ENDED = `status IN ('completed','busy','no-answer','failed','canceled')`;

/**
 * Chosen from EXPLAIN at 1,000,000 leads of one campaign. Lists are sorted by the expressions of an index and end in
 * the id, so that a page is a walk that stops after its rows ("Index Scan … Index Searches: 1"), never a sort.
 */
const UP = [
  // sort=priority, and priority=5 in any order. Without it: a sort of all leads of the campaign, 600 ms. The minus
  // makes "highest first, then oldest" one direction, which a row comparison (the cursor) can follow.
  `CREATE INDEX ix_leads_campaign_id_priority_id ON leads (campaign_id, (-priority), id)`,
  // outcome=busy. Partial: leads that were never called, a whole import, do not pay for it.
  `CREATE INDEX ix_leads_campaign_id_reason_id ON leads (campaign_id, reason, id) WHERE reason IS NOT NULL`,
  // search=jo finds "John Doe" and "Ann Jones": the names, and their last words. COLLATE "C" makes a beginning a
  // range whatever the database's collation. A trigram index would find the middle of words too, but is a GIN: its
  // pending list, flushed by whoever comes next, stalls a claim or a callback now and then.
  `CREATE INDEX ix_leads_name ON leads (campaign_id, (lower(name) COLLATE "C"), id) WHERE name IS NOT NULL`,
  `CREATE INDEX ix_leads_last_name ON leads (campaign_id, (lower(split_part(name, ' ', -1)) COLLATE "C"), id)
     WHERE strpos(name, ' ') > 0`,
  // status= and outcome= of calls. Only ended ones: a call that moves four times is written into them once.
  // Open calls are found by ix_calls_open_campaign_id.
  `CREATE INDEX ix_calls_ended_status ON calls (campaign_id, status, id) WHERE ${ENDED}`,
  `CREATE INDEX ix_calls_outcome ON calls (campaign_id, outcome, id) WHERE outcome IS NOT NULL`,
  // Only its owner may analyze a table. A campaign that statistics have never seen is taken for one lead: then any
  // index that begins with the campaign looks as good as the right one, and a search reads all its leads.
  `CREATE FUNCTION analyze_leads() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
     AS $$ BEGIN ANALYZE leads; END $$`,
  `REVOKE ALL ON FUNCTION analyze_leads() FROM PUBLIC`,
  `GRANT EXECUTE ON FUNCTION analyze_leads() TO campaign_api`,
];

const INDEXES = [
  'ix_calls_outcome',
  'ix_calls_ended_status',
  'ix_leads_last_name',
  'ix_leads_name',
  'ix_leads_campaign_id_reason_id',
  'ix_leads_campaign_id_priority_id',
];

const DOWN = ['DROP FUNCTION analyze_leads()', ...INDEXES.map((index) => `DROP INDEX ${index}`)];

/** Indexes that lists, filters and searches walk along. */
export class Reads1790000000003 implements MigrationInterface {
  name = 'Reads1790000000003';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
