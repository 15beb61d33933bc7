import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first key of the advisory locks of whoever writes events. (Those with two keys are a space of their own.) */
const WRITING = 7_264_303;

/**
 * Events are numbered when they are written and seen when they are committed, so one may be seen before another with a lower
 * number. Whoever tells them in their order has to know up to which number no more can come.
 *
 * Writers say that they are under way by an advisory lock. Its second key is the last number given before theirs (the lower 32 bits of it), so
 * theirs are higher; it goes with their transaction, after what they wrote is seen. It is shared: nobody waits for it.
 */
const UP = [
  `CREATE FUNCTION outbox_events_announce() RETURNS trigger LANGUAGE plpgsql AS $$
   DECLARE
     given bigint;
   BEGIN
     SELECT last_value INTO given FROM outbox_events_seq_seq;
     PERFORM pg_advisory_xact_lock_shared(${WRITING}, given::bit(32)::integer);
     RETURN NULL;
   END $$`,
  // Of the statement, not of its rows: those have their numbers already.
  `CREATE TRIGGER outbox_events_announce BEFORE INSERT ON outbox_events
     FOR EACH STATEMENT EXECUTE FUNCTION outbox_events_announce()`,

  // The number up to which a statement that begins afterwards sees all events there will ever be. The number is read first:
  // who was given one by then has its lock when the locks are read, or is done. One that has said nothing for so long in the
  // middle of its transaction is a stopped process: nobody waits for it. With its owner's rights, who may see what it does.
  `CREATE FUNCTION outbox_events_settled(patience interval DEFAULT '10 seconds') RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
     SET search_path = public, pg_temp AS $$
   DECLARE
     given bigint;
   BEGIN
     SELECT last_value INTO given FROM outbox_events_seq_seq;
     RETURN LEAST(given, (SELECT min(given - (given - l.objid::bigint)::bit(32)::integer)
       FROM pg_locks l LEFT JOIN LATERAL pg_stat_get_activity(l.pid) a ON true
       WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.classid = ${WRITING}
         AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND (a.state LIKE 'idle in transaction%' AND a.state_change < clock_timestamp() - patience) IS NOT TRUE));
   END $$`,
];

const DOWN = [
  `DROP FUNCTION outbox_events_settled(interval)`,
  `DROP TRIGGER outbox_events_announce ON outbox_events`,
  `DROP FUNCTION outbox_events_announce()`,
];

/** Events that are told in the order of their numbers, though they are not committed in it. */
export class EventsInLine1790000000021 implements MigrationInterface {
  name = 'EventsInLine1790000000021';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
