import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Calls that ended before the carrier had them, by number: only an erasure looks for them, and of a lead that has another number
 * since it found none. (Those the carrier had are in ix_calls_placed_number; between the two are all that ended, also
 * those whose lead was deleted.) Its condition is of columns that other indexes ask for too: a move of a call writes no more than before.
 */
const UP = [
  `CREATE INDEX ix_calls_unplaced_number ON calls (phone_number) WHERE carrier_sid IS NULL AND ended_at IS NOT NULL`,
  `DROP INDEX ix_calls_leadless`,
];

const DOWN = [
  `CREATE INDEX ix_calls_leadless ON calls (phone_number) WHERE lead_id IS NULL`,
  `DROP INDEX ix_calls_unplaced_number`,
];

/** Calls that were never placed are found by their number. */
export class UnplacedCalls1790000000022 implements MigrationInterface {
  name = 'UnplacedCalls1790000000022';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
