import { describe, expect, it } from 'vitest';
import { AUTH_TOKEN, eventually, TO, useSimulator } from './simulator-world.js';

describe('Simulator faults', () => {
  const world = useSimulator();

  describe('callbacks', () => {
    it('should send only what was asked for, and only the end if nothing was', async () => {
      const some = await world.place({ statusCallbackEvent: ['ringing', 'completed'] });
      await world.told(2);
      expect(world.user.statusesOf()).toEqual(['ringing', 'completed']);
      // They count what happened, not what was sent.
      const numbers = world.user.received.filter((each) => each.path === '/status');
      expect(numbers.map((each) => each.params.SequenceNumber)).toEqual(['1', '3']);
      expect((await world.endOf(some.sid)).callbacks).toEqual({ sent: 2, failed: 0 });

      await world.place({ statusCallback: `${world.user.url}/end`, statusCallbackEvent: undefined });
      expect(await world.told(1, '/end')).toEqual(['completed']);
    });
    it('should try again as the URL says, and sign it without its fragment', async () => {
      world.user.statuses.push(500, 404, 204);
      const status = `${world.user.url}/hook?call=1#rc=2&rp=all`;
      const { sid } = await world.place({ statusCallback: status, statusCallbackEvent: undefined });
      await world.told(3, '/hook?call=1');
      await eventually(
        () => world.ledger(),
        ({ placements }) => placements[0]?.callbacks.sent === 1,
      );
      const attempts = world.user.received.filter((each) => each.path === '/hook?call=1');
      expect(attempts.map((each) => each.isSigned)).toEqual([true, true, true]);
      expect(new Set(attempts.map((each) => each.headers['i-twilio-idempotency-token'])).size).toBe(1);
      expect(attempts.every((each) => each.params.CallSid === sid)).toBe(true);
    });
    it('should not repeat an error status by itself', async () => {
      world.user.statuses.push(500);
      const { sid } = await world.place({ statusCallbackEvent: undefined });
      await eventually(
        () => world.ledger(),
        ({ placements }) => placements[0]?.callbacks.failed === 1,
      );
      await world.endOf((await world.place({ statusCallbackEvent: undefined })).sid);
      await world.told(2);
      expect(
        world.user.received.filter((each) => each.path === '/status' && each.params.CallSid === sid),
      ).toHaveLength(1);
    });
    it('should let the call live on while nobody answers its callbacks', async () => {
      const { sid } = await world.place({ statusCallback: 'http://127.0.0.1:9/nobody' });
      expect((await world.endOf(sid)).status).toBe('completed');
    });
    it.each([
      ['drop-callback', { event: 'ringing' }, ['initiated', 'in-progress', 'completed']],
      [
        'duplicate-callback',
        { event: 'completed' },
        ['initiated', 'ringing', 'in-progress', 'completed', 'completed'],
      ],
      ['reorder-callback', { event: 'answered' }, ['initiated', 'ringing', 'completed', 'in-progress']],
      ['delay-callback', { event: 'initiated' }, ['ringing', 'in-progress', 'completed', 'initiated']],
    ])('should %s %j when told to', async (kind, match, statuses) => {
      expect((await world.control({ faults: [{ kind, match, delayMs: 500 }] })).status).toBe(200);
      await world.place();
      expect(await world.told(statuses.length)).toEqual(statuses);
      expect(world.user.received.every((each) => each.isSigned)).toBe(true);
    });
    it('should send one more with a wrong signature beside the true ones, and tell who believed it', async () => {
      const forgery = { kind: 'forge-callback', match: { event: 'ringing' } };
      await world.control({ faults: [{ kind: 'drop-callback', match: { event: 'answered' } }, forgery] });
      const { sid } = await world.place();
      await world.told(4);
      const told = world.user.received.filter((each) => each.path === '/status');
      expect(told.filter((each) => each.isSigned).map((each) => each.params.CallStatus)).toEqual([
        'initiated',
        'ringing',
        'completed',
      ]);
      const lies = told.filter((each) => !each.isSigned);
      expect(lies.map((each) => each.params)).toMatchObject([{ CallSid: sid, CallStatus: 'completed' }]);
      await eventually(
        () => world.ledger(),
        ({ placements }) => placements[0]?.forged?.accepted === 1,
      );
    });
  });

  describe('faults', () => {
    const once = (kind: string) => world.control({ faults: [{ kind, times: 1, delayMs: 100 }] });

    it.each([
      ['http-429', 429, 20429],
      ['http-500', 500, 20500],
      ['http-503', 503, 20503],
    ])('should answer %s once, placing nothing', async (kind, status, code) => {
      await once(kind);
      await expect(world.place()).rejects.toMatchObject({ status, code });
      expect((await world.ledger()).placements).toEqual([]);
      await world.place();
      expect(await world.ledger()).toMatchObject({ placements: [{ to: TO }], refused: [{ to: TO, code }] });
    });
    it.each(['500-but-placed', 'reset-after-placing', 'garbled-201', 'hang-but-placed'])(
      'should place the call in spite of %s',
      async (kind) => {
        await once(kind);
        const lost = world.place({}, world.sdk(AUTH_TOKEN, 200));
        if (kind === 'garbled-201') await lost.catch(() => undefined);
        else await expect(lost).rejects.toThrow();
        const { placements } = await eventually(
          () => world.ledger(),
          (all) => all.placements[0]?.endedAt != null,
        );
        expect(placements).toMatchObject([{ to: TO, status: 'completed' }]);
        expect((await world.sdk().calls.list({ to: TO })).map((call) => call.sid)).toEqual([
          placements[0]!.sid,
        ]);
      },
    );
    it.each(['reset-before-placing', 'hang'])('should place nothing after %s', async (kind) => {
      await once(kind);
      await expect(world.place({}, world.sdk(AUTH_TOKEN, 200))).rejects.toThrow();
      expect((await world.ledger()).placements).toEqual([]);
    });
    it('should answer late when slow, the call being placed at once', async () => {
      await world.control({ faults: [{ kind: 'slow', delayMs: 600 }] });
      const asked = Date.now();
      await world.place();
      expect(Date.now() - asked).toBeGreaterThanOrEqual(595);
      expect((await world.ledger()).placements[0]!.placedAt - asked).toBeLessThan(500);
    });
    it('should list a call only after the lag of its lists, and fetch it at once', async () => {
      await world.control({ faults: [{ kind: 'list-lag', delayMs: 600 }] });
      const { sid } = await world.place();
      const listed = async () => (await world.sdk().calls.list({ to: TO })).map((call) => call.sid);
      expect(await listed()).toEqual([]);
      expect((await world.sdk().calls(sid).fetch()).sid).toBe(sid);
      const asked = Date.now();
      expect(await eventually(listed, (sids) => sids.length > 0)).toEqual([sid]);
      expect(Date.now() - asked).toBeGreaterThan(200);
    });
    it('should strike a seeded share, one number or one operation only', async () => {
      const numbers = Array.from({ length: 60 }, (_, index) => `+447700900${100 + index}`);
      const refused = async () => {
        await fetch(`${world.simulator.url}/ledger`, { method: 'DELETE' });
        const results = await Promise.allSettled(
          numbers.map((to) => world.place({ to, statusCallback: undefined })),
        );
        return results.map((each) => each.status === 'rejected');
      };
      await world.control({ seed: 3, faults: [{ kind: 'http-503', share: 0.5 }] });
      const first = await refused();
      expect(first.filter(Boolean).length).toBeGreaterThan(15);
      expect(first.filter(Boolean).length).toBeLessThan(45);
      expect(await refused()).toEqual(first);
      const summary = await fetch(`${world.simulator.url}/ledger/summary`);
      expect(await summary.json()).toMatchObject({ faults: { 'http-503': first.filter(Boolean).length } });

      await world.control({ faults: [{ kind: 'http-500', match: { to: numbers[4] } }] });
      expect(
        (await refused()).map((isRefused, index) => (isRefused ? index : -1)).filter((each) => each >= 0),
      ).toEqual([4]);
      await world.control({ faults: [{ kind: 'http-500', match: { on: 'list' } }] });
      await expect(world.sdk().calls.list({ limit: 1 })).rejects.toMatchObject({ status: 500 });
      expect((await world.place()).status).toBe('queued');
    });
  });
});
