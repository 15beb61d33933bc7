import { describe, expect, it } from 'vitest';
import { ACCOUNT_SID, eventually, FROM, GREETING, TO, useSimulator } from './simulator-world.js';

describe('Simulator', () => {
  const world = useSimulator();

  describe('the life of a call', () => {
    it('should lead an answered call to completed, with signed callbacks in order', async () => {
      const created = await world.place();
      expect(created).toMatchObject({ status: 'queued', to: TO, from: FROM, direction: 'outbound-api' });
      expect(created.sid).toMatch(/^CA[0-9a-f]{32}$/);
      expect(created.startTime).toBeNull();
      expect(Math.abs(created.dateCreated.getTime() - Date.now())).toBeLessThan(2000);
      expect(created.toFormatted).toBe('(415) 555-0142');

      await world.told(4);
      expect(world.user.statusesOf()).toEqual(['initiated', 'ringing', 'in-progress', 'completed']);
      expect(world.user.received.every((each) => each.isSigned)).toBe(true);
      const callbacks = world.user.received.filter((each) => each.path === '/status');
      expect(callbacks.map((each) => each.params.SequenceNumber)).toEqual(['0', '1', '2', '3']);
      expect(callbacks[3]!.params).toMatchObject({
        CallSid: created.sid,
        AccountSid: ACCOUNT_SID,
        To: TO,
        From: FROM,
        ApiVersion: '2010-04-01',
        Direction: 'outbound-api',
        CallbackSource: 'call-progress-events',
        CallDuration: '1',
        Duration: '1',
        ToCity: '',
      });
      expect(callbacks[3]!.params.Timestamp).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/);
      expect(callbacks[0]!.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);

      const fetched = await world.sdk().calls(created.sid).fetch();
      expect(fetched).toMatchObject({ status: 'completed', duration: '1' });
      expect(fetched.startTime).toBeInstanceOf(Date);
      const entry = await world.endOf(created.sid);
      expect(entry.events.map((each) => each.status)).toEqual([
        'queued',
        'initiated',
        'ringing',
        'in-progress',
        'completed',
      ]);
      expect(entry.callbacks).toEqual({ sent: 4, failed: 0 });
    });
    it('should ask for TwiML with a signed request that tells about the call', async () => {
      const { sid } = await world.place({ machineDetection: 'Enable' });
      await world.endOf(sid);
      const [asked] = world.user.received.filter((each) => each.path === '/twiml');
      expect(asked).toMatchObject({
        isSigned: true,
        params: { CallSid: sid, CallStatus: 'in-progress', AnsweredBy: 'human', Called: TO, Caller: FROM },
      });
    });
  });

  describe('ends', () => {
    it.each([
      ['+14155550110', ['initiated', 'ringing', 'busy'], '486'],
      ['+14155550111', ['initiated', 'ringing', 'no-answer'], '487'],
      ['+14155550112', ['initiated', 'failed'], '503'],
      ['+14155550122', ['initiated', 'failed'], '404'],
      ['+14155550113', ['initiated', 'ringing', 'in-progress', 'completed'], undefined],
      ['+14155550115', ['initiated', 'ringing', 'in-progress', 'completed'], undefined],
      ['+14155550116', ['initiated', 'ringing', 'in-progress', 'completed'], undefined],
      ['+919529117230', ['initiated', 'ringing', 'in-progress', 'completed'], undefined],
      ['+918329823146', ['initiated', 'ringing', 'in-progress', 'completed'], undefined],
    ])('should lead the magic number %s through %j', async (to, statuses, sip) => {
      await world.restart({ odds: { busy: 0.5, failed: 0.5 }, speed: 200 });
      const { sid } = await world.place({ to, timeout: 20, machineDetection: 'Enable' });
      const entry = await world.endOf(sid);
      expect(entry.events.map((each) => each.status)).toEqual(['queued', ...statuses]);
      await world.told(statuses.length);
      expect(world.user.statusesOf()).toEqual(statuses);
      const last = world.user.received.findLast((each) => each.path === '/status')!;
      expect(last.params.SipResponseCode).toBe(sip);
      expect(last.params.SequenceNumber).toBe(String(statuses.length - 1));
      expect(last.params.AnsweredBy).toBe(
        sip ? undefined : to === '+14155550113' ? 'machine_start' : 'human',
      );
    });
    it('should talk for five minutes at +14155550114, and bill them at any speed', async () => {
      await world.restart({ speed: 1000 });
      const { sid } = await world.place({ to: '+14155550114' });
      await world.endOf(sid);
      const { duration } = await world.sdk().calls(sid).fetch();
      expect(duration).toBe('300');
      const last = (await world.told(4), world.user.received.findLast((each) => each.path === '/status')!);
      expect(last.params).toMatchObject({
        CallDuration: duration,
        Duration: '5',
      });
    });
    it('should stop ringing after Timeout and talking after TimeLimit', async () => {
      // An answer that is told 10 ms late shortens the talk by a fifth of a second.
      await world.restart({ speed: 20 });
      const unanswered = await world.place({ to: '+14155550117', timeout: 30 });
      const long = await world.place({ to: '+14155550114', timeLimit: 30 });
      expect((await world.endOf(unanswered.sid)).status).toBe('no-answer');
      const ended = await world.endOf(long.sid);
      expect(ended.status).toBe('completed');
      const talked = (ended.endedAt! - ended.events.find((each) => each.status === 'in-progress')!.at) * 20;
      expect(talked).toBeGreaterThan(29_000);
      expect(talked).toBeLessThan(60_000);
    });
    it('should be busy once at +14155550119, then follow the odds', async () => {
      const first = await world.place({ to: '+14155550119' });
      const second = await world.place({ to: '+14155550119' });
      expect((await world.endOf(first.sid)).status).toBe('busy');
      expect((await world.endOf(second.sid)).status).toBe('completed');
    });
    it('should draw the same outcomes for a seed, in whatever order the calls come', async () => {
      const numbers = Array.from({ length: 40 }, (_, index) => `+447700900${100 + index}`);
      const run = async (order: string[]) => {
        await world.restart({ seed: 7, speed: 1000 });
        for (const to of order)
          await world.place({ to, url: undefined, twiml: GREETING, statusCallback: undefined });
        const { placements } = await world.ledger();
        return new Map(placements.map((each) => [each.to, each.outcome]));
      };
      const one = await run(numbers);
      const other = await run(numbers.toReversed());
      expect(new Map(numbers.map((to) => [to, other.get(to)]))).toEqual(one);
      expect(new Set(one.values()).size).toBeGreaterThan(2);
    });
    it('should complete at once, and say why, when the TwiML cannot be had', async () => {
      world.user.contentType = 'application/json';
      const json = await world.endOf((await world.place()).sid);
      expect(json).toMatchObject({ status: 'completed', twimlError: { code: 12300 } });
      world.user.contentType = 'text/xml';
      world.user.twiml = '<Response><Say>broken</Response>';
      expect(await world.endOf((await world.place()).sid)).toMatchObject({ twimlError: { code: 12100 } });
      const missing = await world.endOf((await world.place({ url: `${world.user.url}/none` })).sid);
      expect(missing).toMatchObject({ status: 'completed', twimlError: { code: 12300 } });
      const nobody = await world.endOf((await world.place({ url: 'http://127.0.0.1:9/none#rc=0' })).sid);
      expect(nobody).toMatchObject({ status: 'completed', twimlError: { code: 11200 } });
    });
    it('should last as long as the TwiML where talkMs is left open', async () => {
      await world.restart({ speed: 20, ringMs: [0, 0], odds: { answered: 1 } });
      const twiml = '<Response><Say>1234567890</Say><Pause length="4"/><Hangup/><Say>never</Say></Response>';
      const { sid } = await world.place({ url: undefined, twiml });
      const { events, endedAt } = await world.endOf(sid);
      const talked = (endedAt! - events.find((each) => each.status === 'in-progress')!.at) * 20;
      expect(talked).toBeGreaterThan(4400);
      expect(talked).toBeLessThan(9000);
    });
  });

  describe('changes to a call', () => {
    it('should cancel a queued call without telling anybody', async () => {
      const { sid } = await world.place({ to: '+14155550118' });
      const canceled = await world.sdk().calls(sid).update({ status: 'canceled' });
      expect(canceled).toMatchObject({ status: 'canceled', startTime: null, endTime: null });
      const later = await world.place();
      await world.endOf(later.sid);
      await world.told(4);
      expect(world.user.received.filter((each) => each.params.CallSid === sid)).toEqual([]);
    });
    it('should cancel a ringing call and tell so, but leave an answered one alone', async () => {
      await world.control({ ringMs: 60_000 });
      const ringing = await world.place();
      await world.told(2);
      await world.sdk().calls(ringing.sid).update({ status: 'canceled' });
      expect((await world.told(3)).at(-1)).toBe('canceled');

      await world.control({ ringMs: 0, talkMs: 60_000 });
      const answered = await world.place({ statusCallback: undefined });
      await eventually(
        () => world.ledger(),
        ({ placements }) => placements.at(-1)?.status === 'in-progress',
      );
      const left = await world.sdk().calls(answered.sid).update({ status: 'canceled' });
      expect(left.status).toBe('in-progress');
      const ended = await world.sdk().calls(answered.sid).update({ status: 'completed' });
      expect(ended).toMatchObject({ status: 'completed', duration: '1' });
      await expect(world.sdk().calls(answered.sid).update({ status: 'completed' })).rejects.toMatchObject({
        status: 400,
        code: 21220,
      });
    });
    it('should follow other TwiML in mid-call', async () => {
      await world.restart({ ringMs: [0, 0], odds: { answered: 1 } });
      world.user.twiml = '<Response><Pause length="600"/></Response>';
      const { sid } = await world.place();
      await eventually(
        () => world.ledger(),
        ({ placements }) => placements[0]?.status === 'in-progress',
      );
      await world.sdk().calls(sid).update({ twiml: '<Response><Hangup/></Response>' });
      expect((await world.endOf(sid)).status).toBe('completed');
    });
  });
});
