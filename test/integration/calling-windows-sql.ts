import type pg from 'pg';
import type { CallingWindow } from '../../src/compliance/index.js';

/** One question: may a lead with these clocks be called at this instant? */
export interface WindowCase {
  name: string;
  window: CallingWindow | null;
  /** The pack's hours, written out from its source; null: none. */
  pack: Pick<CallingWindow, 'hours'> | null;
  /** The public holidays that matter, written out from the calendar. */
  holidays: string[];
  /** The lead's possible zones, written out. */
  zones: string[];
  /** ISO 8601, UTC. */
  at: string;
}

/** What Postgres says. */
export interface SqlVerdict {
  /** `open`, or why not: the window's reason before the pack's. */
  state: string;
  /** When it is open no more, or open again, found in steps of five minutes, of which all cases are; null: not within nine days. */
  changesAt: Date | null;
}

/**
 * The rules once more, in SQL: `AT TIME ZONE` tells the local time, the rest is comparing it. None of the app's code
 * or libraries has a part in it.
 */
const FUNCTIONS = `
CREATE FUNCTION pg_temp.covers(entry jsonb, day date, local timestamp) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT (entry->'days' IS NULL OR entry->'days' ? to_char(day, 'dy'))
    AND local >= day + (entry->>'start')::interval
    AND local < day + (entry->>'end')::interval
      + CASE WHEN (entry->>'end')::interval <= (entry->>'start')::interval THEN interval '1 day' ELSE interval '0' END
$$;
CREATE FUNCTION pg_temp.state_of(rules jsonb, off date[], local timestamp) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  begun date[] := ARRAY(
    SELECT d FROM unnest(ARRAY[local::date, local::date - 1]) AS d, jsonb_array_elements(rules->'hours') AS h
    WHERE pg_temp.covers(h, d, local));
BEGIN
  IF cardinality(begun) = 0 THEN RETURN 'outside_window'; END IF;
  IF begun <@ off THEN RETURN 'holiday'; END IF;
  IF EXISTS (
    SELECT 1 FROM unnest(ARRAY[local::date, local::date - 1]) AS d, jsonb_array_elements(rules->'breaks') AS b
    WHERE pg_temp.covers(b, d, local)) THEN RETURN 'break'; END IF;
  RETURN 'open';
END $$;
CREATE FUNCTION pg_temp.verdict(win jsonb, pack jsonb, off date[], zones text[], at timestamptz) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  zone text;
  state text;
BEGIN
  IF win IS NOT NULL THEN
    FOREACH zone IN ARRAY CASE WHEN win->>'timezone' = 'lead' THEN zones ELSE ARRAY[win->>'timezone'] END LOOP
      state := pg_temp.state_of(
        win, off || ARRAY(SELECT jsonb_array_elements_text(win->'exceptDates')::date), at AT TIME ZONE zone);
      IF state <> 'open' THEN RETURN state; END IF;
    END LOOP;
  END IF;
  IF pack IS NOT NULL THEN
    FOREACH zone IN ARRAY zones LOOP
      IF pg_temp.state_of(pack, '{}', at AT TIME ZONE zone) <> 'open' THEN RETURN 'rule_pack'; END IF;
    END LOOP;
  END IF;
  RETURN 'open';
END $$;
CREATE FUNCTION pg_temp.changes_at(win jsonb, pack jsonb, off date[], zones text[], at timestamptz) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
  was boolean := pg_temp.verdict(win, pack, off, zones, at) = 'open';
  minute timestamptz := at;
BEGIN
  FOR i IN 1 .. 9 * 24 * 12 LOOP
    minute := minute + interval '5 minutes';
    IF (pg_temp.verdict(win, pack, off, zones, minute) = 'open') <> was THEN RETURN minute; END IF;
  END LOOP;
  RETURN NULL;
END $$;`;

/** Judges the cases in Postgres, in one connection. */
export async function judgeInSql(client: pg.Client, cases: WindowCase[]): Promise<SqlVerdict[]> {
  await client.query(FUNCTIONS);
  const { rows } = await client.query<SqlVerdict>(
    `SELECT pg_temp.verdict(c.win, c.pack, c.off, c.zones, c.at) AS state,
       pg_temp.changes_at(c.win, c.pack, c.off, c.zones, c.at) AS "changesAt"
     FROM (
       SELECT ordinality, NULLIF(value->'window', 'null') AS win, NULLIF(value->'pack', 'null') AS pack,
         ARRAY(SELECT jsonb_array_elements_text(value->'holidays')::date) AS off,
         ARRAY(SELECT jsonb_array_elements_text(value->'zones')) AS zones, (value->>'at')::timestamptz AS at
       FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY
     ) AS c ORDER BY c.ordinality`,
    [JSON.stringify(cases)],
  );
  return rows;
}
