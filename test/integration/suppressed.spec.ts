import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAmongSuppressed, isSuppressed } from '../../src/dialer/suppressed.js';
import { newId } from '../../src/common/index.js';
import { insertCampaign, insertCampaignLead } from '../factories/campaign.factory.js';
import { insertRow } from '../factories/sql.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const HOUR_MS = 3_600_000;
const PAST = new Date(Date.now() - HOUR_MS);
const FUTURE = new Date(Date.now() + HOUR_MS);

describe('the rule on suppressed numbers', () => {
  let database: TestDatabase;
  let sql: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    sql = new pg.Client({ connectionString: database.url });
    await sql.connect();
  });
  afterAll(async () => {
    await sql.end();
    await database.drop();
  });

  it.each([
    ['nobody', [], false],
    ['everywhere', [{}], true],
    ['this campaign', [{ of: 'own' }], true],
    ['another campaign', [{ of: 'other' }], false],
    ['everywhere, for a while yet', [{ until: FUTURE }], true],
    ['everywhere, but no more', [{ until: PAST }], false],
    ['everywhere, but no more, and this campaign', [{ until: PAST }, { of: 'own', until: FUTURE }], true],
    ['this campaign no more, and another', [{ of: 'own', until: PAST }, { of: 'other' }], false],
    ['everywhere, in another workspace', [{ workspace: newId() }], false],
  ] as [string, { of?: 'own' | 'other'; until?: Date; workspace?: string }[], boolean][])(
    'should be the same called and written out: suppressed for %s',
    async (_, entries, expected) => {
      const campaigns = { own: await insertCampaign(sql), other: await insertCampaign(sql) };
      const lead = await insertCampaignLead(sql, campaigns.own);
      const { rows } = await sql.query<{ number: string }>(
        'SELECT phone_number AS number FROM leads WHERE id = $1',
        [lead],
      );
      for (const { of, until, workspace } of entries) {
        await insertRow(sql, 'suppressions', {
          ...{ id: newId(), phone_number: rows[0]?.number, expires_at: until ?? null },
          campaign_id: of ? campaigns[of] : null,
          ...(workspace && { workspace_id: workspace }),
        });
      }
      const both = await sql.query(
        `SELECT ${isSuppressed('l')} AS called, ${isAmongSuppressed('l')} AS written FROM leads l WHERE id = $1`,
        [lead],
      );
      expect(both.rows).toEqual([{ called: expected, written: expected }]);
    },
  );
});
