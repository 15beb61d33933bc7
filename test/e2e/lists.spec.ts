import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeCursor } from '../../src/common/cursor.js';
import { insertAgent } from '../factories/agent.factory.js';
import { assignAgent, insertCampaign, insertCampaignCall } from '../factories/campaign.factory.js';
import { fictionalNumber, leadBodies } from '../factories/lead.factory.js';
import { LeadsWorld, UNKNOWN_ID, type LeadBody } from './leads-world.js';

interface ListBody {
  data: (Record<string, unknown> & { id: string })[];
  pagination: { total: number; page: number; pages: number; nextCursor: string | null; totalCapped?: true };
  code?: string;
}

/** Base64 of JSON, as a cursor is, with something else in it. */
const forged = (parts: unknown): string => Buffer.from(JSON.stringify(parts)).toString('base64url');

describe('lists over HTTP', () => {
  let world: LeadsWorld;

  beforeAll(async () => {
    world = await LeadsWorld.start();
  });
  afterAll(() => world.close());
  beforeEach(() => world.newCampaign());

  const get = async (path: string): Promise<ListBody> => (await world.app.get<ListBody>(path)).body;

  /** Every page of a list, by its cursors; `between` runs after each page. */
  async function walk(path: string, limit: number, between?: () => Promise<unknown>): Promise<ListBody[]> {
    const pages: ListBody[] = [];
    const query = `${path.includes('?') ? '&' : '?'}limit=${limit}`;
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: ListBody = await get(`${path}${query}${cursor && `&cursor=${cursor}`}`);
      pages.push(page);
      await between?.();
      cursor = page.pagination.nextCursor;
    }
    return pages;
  }

  const idsOf = (pages: ListBody[]): string[] => pages.flatMap((page) => page.data.map(({ id }) => id));

  async function lead(n: number, fields: Record<string, unknown> = {}): Promise<string> {
    return world.add({ phoneNumber: fictionalNumber(n), ...fields });
  }

  describe('by cursor', () => {
    it('should show every lead once, whatever comes or goes meanwhile', async () => {
      await world.app.post(`${world.path}/bulk`, { leads: leadBodies(25) });
      const before = (await get(`${world.path}?limit=200`)).data.map(({ id }) => id);
      let n = 100;
      const pages = await walk(world.path, 10, async () => {
        if (n === 102) return;
        n += 1;
        await lead(n);
        await world.app.delete(`${world.path}/${before[n - 101]}`);
      });
      expect(idsOf(pages).slice(0, 25)).toEqual(before);
      expect(pages.map((page) => page.pagination.page)).toEqual([1, 2, 3]);
      expect(new Set(idsOf(pages)).size).toBe(27);
    });

    it('should end with the last full page', async () => {
      await world.app.post(`${world.path}/bulk`, { leads: leadBodies(20) });
      expect((await walk(world.path, 10)).map((page) => page.data.length)).toEqual([10, 10]);
    });

    it.each([
      ['-priority', 'sort=-priority', ['2 b', '2 c', '1 a', '1 e', '0 d']],
      ['priority', 'sort=priority', ['0 d', '1 e', '1 a', '2 c', '2 b']],
      ['createdAt', 'sort=createdAt', ['1 a', '2 b', '2 c', '0 d', '1 e']],
      ['-createdAt', 'sort=-createdAt', ['1 e', '0 d', '2 c', '2 b', '1 a']],
    ])('should walk leads sorted by %s', async (_, query, expected) => {
      for (const [n, [name, priority]] of [
        ['a', 1],
        ['b', 2],
        ['c', 2],
        ['d', 0],
        ['e', 1],
      ].entries()) {
        await lead(n, { name, priority });
      }
      const shown = (await walk(`${world.path}?${query}`, 2)).flatMap((page) =>
        page.data.map((one) => `${String(one.priority)} ${String(one.name)}`),
      );
      expect(shown).toEqual(expected);
    });

    it('should walk campaigns, agents, assignments and calls', async () => {
      const agents: string[] = [];
      for (let n = 0; n < 5; n += 1) {
        await insertCampaign(world.sql);
        agents.push(await insertAgent(world.sql));
        await assignAgent(world.sql, world.campaignId, agents[n]!, n === 3);
      }
      const calls = [];
      for (let n = 0; n < 5; n += 1) {
        calls.push(await insertCampaignCall(world.sql, world.campaignId));
      }
      expect(idsOf(await walk(`/campaigns/${world.campaignId}/calls`, 2))).toEqual(calls.toReversed());
      const assigned = await walk(`/campaigns/${world.campaignId}/agents`, 2);
      expect(assigned.flatMap((page) => page.data.map((one) => one.agentId))).toEqual(
        [3, 0, 1, 2, 4].map((n) => agents[n]),
      );
      for (const path of ['/campaigns', '/agents']) {
        const all = await get(`${path}?limit=200`);
        expect(idsOf(await walk(path, 2))).toEqual(all.data.map(({ id }) => id));
      }
    });

    it.each([
      'x',
      'not a cursor!',
      forged([]),
      forged({}),
      forged(['leads:createdAt', 2]),
      forged(['leads:createdAt', 2, 'no id']),
      forged(['leads:createdAt', 0, UNKNOWN_ID]),
      forged(['leads:createdAt', 2, UNKNOWN_ID, 1]),
      forged(['campaigns', 2, UNKNOWN_ID]),
      writeCursor(
        { name: 'leads:-priority', key: ['integer', 'id'] },
        { page: 2, key: [2 ** 31, UNKNOWN_ID] },
      ),
    ])('should refuse the cursor %s', async (cursor) => {
      for (const path of [world.path, `${world.path}?sort=-priority`]) {
        const query = `${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
        const { status, body } = await world.app.get<ListBody>(`${path}${query}`);
        expect([status, body.code]).toEqual([400, 'INVALID_CURSOR']);
      }
    });
  });

  describe('of leads, filtered', () => {
    it('should filter by status, outcome and priority together, with an exact total', async () => {
      const wanted = [];
      for (let n = 0; n < 6; n += 1) {
        const id = await lead(n, { priority: n % 2 });
        await world.sql.query(`UPDATE leads SET status = 'failed', reason = $2 WHERE id = $1`, [
          id,
          n < 4 ? 'busy' : 'no_answer',
        ]);
        if (n < 4 && n % 2 === 1) wanted.push(id);
      }
      const list = await get(`${world.path}?status=failed&outcome=busy&priority=1`);
      expect(list.data.map(({ id }) => id)).toEqual(wanted);
      expect(list.pagination).toMatchObject({ total: 2, pages: 1, nextCursor: null });
      expect((await get(`${world.path}?outcome=no_answer`)).pagination.total).toBe(2);
      expect((await get(`${world.path}?priority=-1`)).pagination.total).toBe(0);
    });

    it('should find by the beginning of a name or of its last word, each lead once, in order', async () => {
      const names = [
        'John Doe',
        'Doe',
        'Doe Doering',
        'Ann DOEHLE',
        'Todoe',
        'J%',
        'Ödön Zoë',
        'Anna-Maria von Doe',
      ];
      for (const [n, name] of names.entries()) await lead(n, { name });
      await lead(50, { name: null });
      const found = async (text: string, limit = 2) =>
        (await walk(`${world.path}?search=${encodeURIComponent(text)}`, limit)).flatMap((page) =>
          page.data.map((one) => one.name),
        );
      // Sorted by what was found, "doe" before "doe doering" before "doehle", then oldest first.
      expect(await found('doe')).toEqual([
        'John Doe',
        'Doe',
        'Anna-Maria von Doe',
        'Doe Doering',
        'Ann DOEHLE',
      ]);
      expect(await found('JOHN d')).toEqual(['John Doe']);
      expect(await found('J%')).toEqual(['J%']);
      expect(await found('%')).toEqual([]);
      expect(await found('zo')).toEqual(['Ödön Zoë']);
      const { pagination } = await get(`${world.path}?search=doe`);
      expect(pagination).toMatchObject({ total: 5, pages: 1 });
    });

    it('should find by the beginning of a number, however it is written', async () => {
      await world.app.put(`/campaigns/${world.campaignId}`, { defaultCountry: 'GB' });
      await world.app.post(`${world.path}/bulk`, { leads: leadBodies(12) });
      const id = await world.add({ phoneNumber: '+447700900123' });
      for (const text of ['+447700', '44 7700 900', '07700 900123', '00447700900123', '+44 (7700) 900-123']) {
        const list = await get(`${world.path}?search=${encodeURIComponent(text)}`);
        expect([text, list.data.map((one) => one.id)]).toEqual([text, [id]]);
      }
      const some = await walk(
        `${world.path}?search=${encodeURIComponent(fictionalNumber(0).slice(0, 8))}`,
        5,
      );
      expect(some.flatMap((page) => page.data.map((one) => one.phoneNumber))).toEqual(
        leadBodies(12).map(({ phoneNumber }) => phoneNumber),
      );
    });

    it('should say so where it stopped counting', async () => {
      await world.sql.query(
        `INSERT INTO leads (id, campaign_id, phone_number, name)
         SELECT gen_random_uuid(), $1, '+999' || lpad(n::text, 9, '0'), 'Somebody' FROM generate_series(1, 10001) n`,
        [world.campaignId],
      );
      const { pagination } = await get(`${world.path}?search=some&limit=100`);
      expect(pagination).toMatchObject({ total: 10_000, pages: 100, totalCapped: true });
    });
  });

  it('should filter calls by status, outcome and lead', async () => {
    const id = await lead(1);
    const ended = { status: 'completed', outcome: 'voicemail' };
    const [, voicemail, own] = [
      await insertCampaignCall(world.sql, world.campaignId, { status: 'completed', outcome: 'answered' }),
      await insertCampaignCall(world.sql, world.campaignId, ended),
      await insertCampaignCall(world.sql, world.campaignId, { lead_id: id }),
    ];
    const path = `/campaigns/${world.campaignId}/calls`;
    expect(idsOf([await get(`${path}?outcome=voicemail`)])).toEqual([voicemail]);
    expect((await get(`${path}?status=completed`)).pagination.total).toBe(2);
    expect(idsOf([await get(`${path}?leadId=${id}&status=ringing`)])).toEqual([own]);
    const { status, body } = await world.app.get<LeadBody>(`${path}?leadId=me`);
    expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
  });
});
