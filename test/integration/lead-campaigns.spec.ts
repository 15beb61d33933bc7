import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/common/index.js';
import { insertCampaign, insertCampaignLead } from '../factories/campaign.factory.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { codeOf, inTransaction, untilLocked } from './campaign-world.js';

/** What a foreign key would hold, held by triggers once for each statement. */
describe('a lead and its campaign', () => {
  let database: TestDatabase;
  let sql: pg.Pool;

  beforeAll(async () => {
    database = await createTestDatabase();
    sql = new pg.Pool({ connectionString: database.url, max: 5 });
  });
  afterAll(async () => {
    await sql.end();
    await database.drop();
  });

  async function leadsOf(campaignId: string): Promise<number> {
    const { rows } = await sql.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM leads WHERE campaign_id = $1',
      [campaignId],
    );
    return rows[0]!.count;
  }

  it('should refuse a lead of no campaign, and every lead beside it', async () => {
    const campaign = await insertCampaign(sql);
    const added = sql.query(
      `INSERT INTO leads (id, campaign_id, phone_number) SELECT gen_random_uuid(), id, '+12025550100'
         FROM unnest($1::uuid[]) AS id`,
      [[campaign, newId()]],
    );
    await expect(added).rejects.toMatchObject({ code: '23503', constraint: 'fk_leads_campaign_id' });
    expect(await leadsOf(campaign)).toBe(0);
  });

  it('should keep a lead in its campaign', async () => {
    const campaign = await insertCampaign(sql);
    const lead = await insertCampaignLead(sql, campaign);
    const other = await insertCampaign(sql);
    const moved = sql.query('UPDATE leads SET campaign_id = $2 WHERE id = $1', [lead, other]);
    await expect(moved).rejects.toMatchObject({ code: '23503' });
    expect(await leadsOf(campaign)).toBe(1);
  });

  it('should let the leads of a campaign go with it', async () => {
    const [campaign, other] = [await insertCampaign(sql), await insertCampaign(sql)];
    for (const id of [campaign, campaign, other]) await insertCampaignLead(sql, id);
    await sql.query('DELETE FROM campaigns WHERE id = $1', [campaign]);
    expect([await leadsOf(campaign), await leadsOf(other)]).toEqual([0, 1]);
  });

  it('should let a lead wait for a deletion that is under way, and refuse it then', async () => {
    const campaign = await insertCampaign(sql);
    let outcome: Promise<string> | undefined;
    await inTransaction(sql, async (client, commit) => {
      await client.query('DELETE FROM campaigns WHERE id = $1', [campaign]);
      outcome = codeOf(insertCampaignLead(sql, campaign));
      await untilLocked(sql);
      await commit();
    });
    expect([await outcome, await leadsOf(campaign)]).toEqual(['23503', 0]);
  });

  it('should let a deletion wait for a lead that is being added, and take it along', async () => {
    const campaign = await insertCampaign(sql);
    let outcome: Promise<string> | undefined;
    await inTransaction(sql, async (client, commit) => {
      await insertCampaignLead(client, campaign);
      outcome = codeOf(sql.query('DELETE FROM campaigns WHERE id = $1', [campaign]));
      await untilLocked(sql);
      expect(await leadsOf(campaign)).toBe(0);
      await commit();
    });
    expect([await outcome, await leadsOf(campaign)]).toEqual(['ok', 0]);
  });
});
