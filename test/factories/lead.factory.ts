import type { Sql } from './sql.js';

/** The body of POST /campaigns/:id/leads, as the contract has it. */
export function leadBody(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    phoneNumber: '+919529117230',
    name: 'John Doe',
    priority: 1,
    metadata: { source: 'website', tags: ['high-value'] },
    ...overrides,
  };
}

/** What ARCEP keeps for films: 10,000 numbers behind each. */
const FICTION = ['19900', '26191', '35301', '46571', '53649', '63998'];

/** The n-th fictional number in E.164, n below 60,000: all different, none of them anybody's. */
export function fictionalNumber(n: number): string {
  return `+33${FICTION[Math.floor(n / 10_000)]}${String(n % 10_000).padStart(4, '0')}`;
}

/** Bodies of `count` leads with different fictional numbers. */
export function leadBodies(count: number, from = 0): { phoneNumber: string; name: string }[] {
  return Array.from({ length: count }, (_, i) => ({
    phoneNumber: fictionalNumber(from + i),
    name: `Lead ${from + i}`,
  }));
}

/** Moves a lead to another status, with its campaign's counters, as the dialer would. */
export async function moveLead(sql: Sql, id: string, to: string): Promise<void> {
  const { rows } = await sql.query('SELECT campaign_id, status FROM leads WHERE id = $1', [id]);
  const { campaign_id: campaignId, status } = rows[0] as { campaign_id: string; status: string };
  await sql.query('UPDATE leads SET status = $2 WHERE id = $1', [id, to]);
  await sql.query(
    `INSERT INTO campaign_counters (campaign_id, shard, ${status}, ${to}) VALUES ($1, 0, -1, 1)
     ON CONFLICT (campaign_id, shard) DO UPDATE
       SET ${status} = campaign_counters.${status} - 1, ${to} = campaign_counters.${to} + 1`,
    [campaignId],
  );
}
