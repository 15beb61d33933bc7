import { describe, expect, it } from 'vitest';
import { ACCOUNT_SID, AUTH_TOKEN, FROM, TO, useSimulator } from './simulator-world.js';

describe('Simulator REST API', () => {
  const world = useSimulator();

  describe('refusals', () => {
    it.each([
      [{ to: '+15005550001' }, 400, 21217],
      [{ to: '+15005550002' }, 400, 21214],
      [{ to: '+15005550003' }, 400, 21215],
      [{ to: '+15005550004' }, 400, 21216],
      [{ to: '+15005550009' }, 400, 21211],
      [{ to: '4155550142' }, 400, 21211],
      [{ to: '' }, 400, 21201],
      [{ from: '' }, 400, 21213],
      [{ from: '+15005550001' }, 400, 21212],
      [{ from: '+14155550199' }, 400, 21210],
      [{ url: undefined }, 400, 21205],
      [{ url: 'not a url' }, 400, 21205],
      [{ url: 'ftp://127.0.0.1/x' }, 400, 21205],
      [{ statusCallback: '/relative' }, 400, 21609],
      [{ statusCallbackEvent: ['answerd'] }, 400, 21626],
      [{ timeout: 601 }, 400, 20001],
    ])('should refuse %j with %i and code %i', async (extra, status, code) => {
      await world.restart({ fromNumbers: [FROM] });
      await expect(world.place({ statusCallbackEvent: undefined, ...extra })).rejects.toMatchObject({
        status,
        code,
        moreInfo: `https://www.twilio.com/docs/errors/${code}`,
      });
      const { placements, refused, maxOpen } = await world.ledger();
      expect(placements).toEqual([]);
      expect(maxOpen).toBe(0);
      expect(refused).toMatchObject([{ code }]);
    });
    it('should refuse a wrong token and a wrong account with 401', async () => {
      await expect(world.place({}, world.sdk('wrong'))).rejects.toMatchObject({ status: 401, code: 20003 });
      const stranger = world.sdk().api.v2010.accounts(`AC${'f'.repeat(32)}`).calls;
      await expect(stranger.list({ limit: 1 })).rejects.toMatchObject({ status: 401, code: 20003 });
      expect((await world.ledger()).refused).toMatchObject([{ to: TO, code: 20003 }]);
    });
    it("should answer in Twilio's shape whatever is asked", async () => {
      const headers = { authorization: `Basic ${btoa(`${ACCOUNT_SID}:${AUTH_TOKEN}`)}` };
      const ask = async (path: string, init: RequestInit = {}) => {
        const answer = await fetch(world.simulator.url + path, { headers, ...init });
        return await answer.json();
      };
      const base = `/2010-04-01/Accounts/${ACCOUNT_SID}`;
      expect(await ask(`${base}/Calls/CA${'0'.repeat(32)}.json`)).toMatchObject({ status: 404, code: 20404 });
      expect(await ask(`${base}/Messages.json`)).toMatchObject({ status: 404, code: 20404 });
      expect(await ask('//')).toMatchObject({ status: 404, code: 20404 });
      expect(await ask(`${base}/Calls.json`, { method: 'PATCH' })).toMatchObject({
        status: 405,
        code: 20004,
      });
      expect(await ask(`${base}/Calls.json?PageSize=1001`)).toMatchObject({ status: 400, code: 20001 });
      expect(await ask(`${base}/Calls.json?StartTime=soon`)).toMatchObject({ status: 400, code: 20001 });
      const json = {
        method: 'POST',
        body: '{"To":',
        headers: { ...headers, 'content-type': 'application/json' },
      };
      expect(await ask(`${base}/Calls.json`, json)).toMatchObject({ status: 400, code: 21201 });
      const huge = { method: 'POST', body: 'To='.padEnd(2 ** 21, '1') };
      expect(await ask(`${base}/Calls.json`, huge)).toMatchObject({ status: 413, code: 20413 });
    });
  });

  describe('lists', () => {
    it('should list newest first, by number and status, over pages', async () => {
      const sids: string[] = [];
      for (let index = 0; index < 5; index += 1) sids.push((await world.place()).sid);
      const other = await world.place({ to: '+14155550110' });
      for (const sid of [...sids, other.sid]) await world.endOf(sid);
      const { calls } = world.sdk();

      const paged = await calls.list({ to: TO, pageSize: 2, limit: 100 });
      expect(paged.map((call) => call.sid)).toEqual(sids.toReversed());
      expect((await calls.list({ limit: 1 })).map((call) => call.sid)).toEqual([other.sid]);
      expect((await calls.list({ status: 'busy' })).map((call) => call.sid)).toEqual([other.sid]);
      expect(await calls.list({ to: TO, status: 'busy' })).toEqual([]);
      expect(await calls.list({ to: TO, from: '+14155550101' })).toEqual([]);
      expect(await calls.list({ to: TO, from: FROM })).toHaveLength(5);
    });
    it('should find a call by its start, but not one that has not started', async () => {
      const queued = await world.place({ to: '+14155550118' });
      const started = await world.place();
      await world.endOf(started.sid);
      const { calls } = world.sdk();
      const hourAgo = new Date(Date.now() - 3_600_000);
      const inAnHour = new Date(Date.now() + 3_600_000);
      const sids = async (query: Parameters<typeof calls.list>[0]) =>
        (await calls.list(query)).map((call) => call.sid);
      expect(await sids({ startTimeAfter: hourAgo })).toEqual([started.sid]);
      expect(await sids({ startTimeBefore: hourAgo })).toEqual([]);
      expect(await sids({ startTimeBefore: inAnHour })).toEqual([started.sid]);
      expect(await sids({ startTimeAfter: inAnHour })).toEqual([]);
      expect(await sids({ startTime: started.dateCreated })).toEqual([started.sid]);
      expect(await sids({ to: '+14155550118', status: 'queued' })).toEqual([queued.sid]);
    });
  });
});
