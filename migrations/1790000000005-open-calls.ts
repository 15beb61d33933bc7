import type { MigrationInterface, QueryRunner } from 'typeorm';

const OPEN = `status IN ('queued','dialing','unknown','initiated','ringing','in-progress')`;
const ENDED = `status IN ('completed','busy','no-answer','failed','canceled')`;

/**
 * An update in Postgres writes every index of the table anew unless it changes no column that any index names, in its keys or
 * its condition. `status` was in six of them, so each of a call's five moves wrote ten. Now a call is open while it has no
 * `ended_at`, and its way from the queue to the end (the storing of its SID excepted) touches none. The room on the pages
 * is for the new versions of the rows (HOT).
 */
const UP = [
  // What is true of every row anyway; now the indexes depend on it.
  `UPDATE calls SET ended_at = COALESCE(heard_at, created_at) WHERE ended_at IS NULL AND NOT ${OPEN}`,
  `UPDATE calls SET ended_at = NULL WHERE ended_at IS NOT NULL AND ${OPEN}`,
  `ALTER TABLE calls ADD CONSTRAINT ck_calls_ended_at CHECK ((ended_at IS NULL) = (${OPEN}))`,
  `ALTER TABLE calls SET (fillfactor = 60)`,

  `DROP INDEX uq_calls_open_phone_number, ix_calls_open_campaign_id, ix_calls_open_agent_id, ix_calls_ended_status`,
  // Invariant 2: one open call per phone number, over all campaigns and workspaces.
  `CREATE UNIQUE INDEX uq_calls_open_phone_number ON calls (phone_number) WHERE ended_at IS NULL`,
  `CREATE INDEX ix_calls_open_campaign_id ON calls (campaign_id, id) WHERE ended_at IS NULL`,
  `CREATE INDEX ix_calls_open_agent_id ON calls (agent_id) WHERE ended_at IS NULL AND agent_id IS NOT NULL`,
  // status=completed of a list of calls; every other end is an outcome of its own (ix_calls_outcome).
  `CREATE INDEX ix_calls_completed ON calls (campaign_id, id) WHERE outcome IN ('answered','voicemail')`,
  // Partial: a call has no SID when it is made. Also no key that a foreign key could name: storing the SID then does not
  // wait for those who write events of the call.
  `ALTER TABLE calls DROP CONSTRAINT uq_calls_carrier_sid`,
  `CREATE UNIQUE INDEX uq_calls_carrier_sid ON calls (carrier_sid) WHERE carrier_sid IS NOT NULL`,
  // A call has some ten events: uq_call_events_call_id_dedupe_key finds them, and they are sorted then.
  `DROP INDEX ix_call_events_call_id_id`,
];

const DOWN = [
  `CREATE INDEX ix_call_events_call_id_id ON call_events (call_id, id)`,
  `DROP INDEX uq_calls_carrier_sid`,
  `ALTER TABLE calls ADD CONSTRAINT uq_calls_carrier_sid UNIQUE (carrier_sid)`,
  `DROP INDEX uq_calls_open_phone_number, ix_calls_open_campaign_id, ix_calls_open_agent_id, ix_calls_completed`,
  `CREATE UNIQUE INDEX uq_calls_open_phone_number ON calls (phone_number) WHERE ${OPEN}`,
  `CREATE INDEX ix_calls_open_campaign_id ON calls (campaign_id, id) WHERE ${OPEN}`,
  `CREATE INDEX ix_calls_open_agent_id ON calls (agent_id) WHERE ${OPEN}`,
  `CREATE INDEX ix_calls_ended_status ON calls (campaign_id, status, id) WHERE ${ENDED}`,
  `ALTER TABLE calls RESET (fillfactor)`,
  `ALTER TABLE calls DROP CONSTRAINT ck_calls_ended_at`,
];

/** Moves of a call that write no index. */
export class OpenCalls1790000000005 implements MigrationInterface {
  name = 'OpenCalls1790000000005';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
