import { describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/simulator/index.js';
import { ACCOUNT_SID, AUTH_TOKEN, eventually, TO, useSimulator } from './simulator-world.js';

describe('Simulator control', () => {
  const world = useSimulator();

  describe('control and ledger', () => {
    it('should count how many calls were open at once, and their pace', async () => {
      await world.control({ talkMs: 200 });
      for (let wave = 0; wave < 2; wave += 1) {
        await Promise.all(Array.from({ length: 20 }, () => world.place({ statusCallback: undefined })));
        await eventually(
          () => world.ledger(),
          ({ open }) => open === 0,
        );
      }
      const { placements, maxOpen } = await world.ledger();
      expect(maxOpen).toBe(20);
      const summary = (await (await fetch(`${world.simulator.url}/ledger/summary`)).json()) as Record<
        string,
        number
      >;
      const times = placements.map((each) => each.placedAt);
      const gaps = times.slice(1).map((time, index) => time - times[index]!);
      const inSecond = times.map((from) => times.filter((time) => time >= from && time < from + 1000).length);
      expect(summary).toEqual({
        placements: 40,
        open: 0,
        maxOpen: 20,
        minGapMs: Math.min(...gaps),
        maxInAnySecond: Math.max(...inSecond),
        byStatus: { completed: 40 },
        faults: {},
      });
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0);
      const lasted = placements.map((each) => each.endedAt! - each.placedAt);
      expect(Math.min(...lasted)).toBeGreaterThanOrEqual(200);
    });
    it('should forget what is over, and nothing else, when the ledger is emptied', async () => {
      await world.endOf((await world.place()).sid);
      const waiting = await world.place({ to: '+14155550118' });
      await fetch(`${world.simulator.url}/ledger`, { method: 'DELETE' });
      expect(await world.ledger()).toMatchObject({
        placements: [{ sid: waiting.sid }],
        open: 1,
        maxOpen: 1,
        refused: [],
      });
    });
    it('should script a number for so many calls, and reset to what it was started with', async () => {
      await world.control({ numbers: { [TO]: { outcome: 'busy', ringMs: 1, times: 1 } } });
      expect((await world.endOf((await world.place()).sid)).status).toBe('busy');
      expect((await world.endOf((await world.place()).sid)).status).toBe('completed');
      await world.control({ odds: { failed: 1 } });
      expect((await world.endOf((await world.place()).sid)).status).toBe('failed');
      await world.control({ numbers: { [TO]: { refuse: 21219 } } });
      await expect(world.place()).rejects.toMatchObject({ code: 21219 });
      await fetch(`${world.simulator.url}/control`, { method: 'DELETE' });
      expect((await world.endOf((await world.place()).sid)).status).toBe('completed');
    });
    it.each([
      [{ speed: 0 }, 'speed must be a number from 0.01 to 1000'],
      [{ pace: 2 }, 'pace is not a setting'],
      [{ ringMs: [5, 1] }, 'ringMs must be ms, or [least ms, most ms]'],
      [{ odds: { busy: 0.7, failed: 0.7 } }, 'odds add up to 1.4, more than 1'],
      [{ odds: { bussy: 1 } }, 'odds.bussy is not a setting'],
      [{ numbers: { '0123': {} } }, 'numbers: 0123 is not an E.164 number'],
      [
        { numbers: { [TO]: { refuse: 1 } } },
        `numbers.${TO}.refuse must be one of Twilio's error codes that the simulator knows`,
      ],
      [{ faults: [{}] }, 'faults[0].kind is missing'],
      [{ faults: [{ kind: 'hang', share: 2 }] }, 'faults[0].share must be a number from 0 to 1'],
      [[], 'the body must be an object'],
      ['', 'the body must be an object'],
    ])('should refuse the settings %j', async (settings, error) => {
      expect(await world.control(settings)).toEqual({ status: 400, body: { error } });
    });
    it('should refuse options out of range, and a port that is taken', async () => {
      const account = { accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN };
      await expect(startSimulator({ ...account, speed: -1 })).rejects.toThrow('speed must be');
      const port = Number(new URL(world.simulator.url).port);
      await expect(startSimulator({ ...account, port })).rejects.toThrow('EADDRINUSE');
    });
    it('should close at once with calls, callbacks and requests under way', async () => {
      await world.control({ faults: [{ kind: 'hang', match: { to: '+14155550143' } }] });
      await world.place({ to: '+14155550114' });
      await world.place({ to: '+14155550118' });
      const hanging = world.place({ to: '+14155550143' });
      const lost = expect(hanging).rejects.toThrow();
      await world.told(2);
      const before = Date.now();
      await world.simulator.close();
      expect(Date.now() - before).toBeLessThan(1000);
      await lost;
      await expect(fetch(`${world.simulator.url}/health`)).rejects.toThrow();
    });
  });
});
