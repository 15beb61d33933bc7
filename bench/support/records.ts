import type pg from 'pg';

/** What the product's database says of the campaigns of a run. */
export interface Records {
  /** Campaigns that are not completed. */
  unfinished: number;
  calls: number;
  /** Calls that ended as answered. */
  answered: number;
  /** Status callbacks written down. */
  callbacks: number;
  /** Leads that are completed, and what the counters say of them. */
  leadsCompleted: number;
  leadsCounted: number;
}

const READ = `SELECT
  (SELECT count(*)::int FROM campaigns WHERE id = ANY($1) AND status <> 'completed') AS unfinished,
  (SELECT count(*)::int FROM calls WHERE campaign_id = ANY($1)) AS calls,
  (SELECT count(*)::int FROM calls WHERE campaign_id = ANY($1) AND status = 'completed' AND outcome = 'answered') AS answered,
  (SELECT count(*)::int FROM call_events e JOIN calls c ON c.id = e.call_id
    WHERE c.campaign_id = ANY($1) AND e.type = 'carrier.callback') AS callbacks,
  (SELECT count(*)::int FROM leads WHERE campaign_id = ANY($1) AND status = 'completed') AS "leadsCompleted",
  (SELECT coalesce(sum(completed), 0)::int FROM campaign_counters WHERE campaign_id = ANY($1)) AS "leadsCounted"`;

export async function readRecords(sql: pg.ClientBase, campaignIds: string[]): Promise<Records> {
  const { rows } = await sql.query<Records>(READ, [campaignIds]);
  const [records] = rows;
  if (!records) throw new Error('The database told nothing');
  return records;
}

/** What is missing where so many calls were to end as answered, each told by four callbacks; a sentence each. */
export function gapsIn(records: Records, calls: number): string[] {
  const expected: [keyof Records, number, string][] = [
    ['unfinished', 0, 'campaigns are not completed'],
    ['calls', calls, 'calls are on record'],
    ['answered', calls, 'calls ended as answered'],
    ['callbacks', 4 * calls, 'callbacks are written down'],
    ['leadsCompleted', calls, 'leads are completed'],
    ['leadsCounted', calls, 'leads are counted as completed'],
  ];
  return expected
    .filter(([name, value]) => records[name] !== value)
    .map(([name, value, words]) => `${records[name]} ${words}, ${value} expected`);
}
