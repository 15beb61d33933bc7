import { describe, expect, it } from 'vitest';
import { TO, useSimulator } from './simulator-world.js';

const ASK =
  '<Response><Gather numDigits="1" timeout="2" action="/twiml/keys?a=1&amp;b=%23"><Say>Press 9</Say></Gather><Hangup/></Response>';
const ONCE_MORE =
  '<Response><Gather numDigits="1" action="more"><Say>Once more</Say></Gather><Hangup/></Response>';

describe('Simulator: a callee who presses keys', () => {
  const world = useSimulator();
  const asked = () => world.user.received.filter((each) => each.path.startsWith('/twiml'));
  const typedOf = async (sid: string) => (await world.endOf(sid)).typed?.map(({ digits }) => digits);

  it('should send each digit, signed, to the action of its Gather, and follow what that answers', async () => {
    world.user.twiml = ASK;
    world.user.pages.set('/twiml/keys?a=1&b=%23', ONCE_MORE);
    world.user.pages.set('/twiml/more', '<Response><Say>Goodbye</Say><Hangup/></Response>');
    await world.control({ keyMs: 5, numbers: { [TO]: { keys: '59' } } });
    const { sid } = await world.place();
    expect(await typedOf(sid)).toEqual(['5', '9']);
    expect(asked().map(({ path, isSigned, params }) => [path, isSigned, params.Digits])).toEqual([
      ['/twiml', true, undefined],
      ['/twiml/keys?a=1&b=%23', true, '5'],
      ['/twiml/more', true, '9'],
    ]);
    expect(asked()[2]?.params).toMatchObject({ CallSid: sid, CallStatus: 'in-progress', To: TO });
  });

  it('should listen as long as its TwiML lasts, and be billed for it', async () => {
    await world.restart({ ringMs: [0, 0], talkMs: [1, 1], odds: { answered: 1 }, speed: 100 });
    world.user.twiml = ASK;
    world.user.pages.set('/twiml/keys?a=1&b=%23', '<Response><Pause length="20"/></Response>');
    await world.control({ keyMs: 1900, numbers: { [TO]: { keys: '9' } } });
    const { sid } = await world.place();
    await world.endOf(sid);
    expect((await world.sdk().calls(sid).fetch()).duration).toBe('22');
  });

  it('should be cut off by the TimeLimit, also between two Gathers', async () => {
    await world.restart({ ringMs: [0, 0], odds: { answered: 1 }, speed: 100 });
    world.user.twiml = ASK;
    await world.control({ keyMs: 1500, numbers: { [TO]: { keys: '99999999' } } });
    world.user.pages.set('/twiml/keys?a=1&b=%23', ASK);
    const { sid } = await world.place({ timeLimit: 4 });
    expect(await typedOf(sid)).toEqual(['9', '9']);
    expect((await world.sdk().calls(sid).fetch()).duration).toBe('4');
  });

  it('should know magic numbers for 9 and for another key, and press nothing else', async () => {
    await world.restart({ speed: 1000, odds: { answered: 1 } });
    world.user.twiml = ASK;
    world.user.pages.set('/twiml/keys?a=1&b=%23', ONCE_MORE);
    const numbers = ['+14155550120', '+14155550121', '+14155550116'];
    const calls = await Promise.all(numbers.map((to) => world.place({ to })));
    expect(await Promise.all(calls.map(({ sid }) => typedOf(sid)))).toEqual([['9'], ['1'], undefined]);
  });

  it('should press keys by seeded odds, people only', async () => {
    const numbers = Array.from({ length: 60 }, (_, nth) => `+447700900${100 + nth}`);
    const run = async (order: string[]) => {
      await world.restart({ seed: 3, speed: 1000, odds: { answered: 0.8, machine: 0.2 } });
      await world.control({ keys: { '9': 0.4, '12': 0.2 } });
      world.user.twiml = ASK;
      const calls = await Promise.all(order.map((to) => world.place({ to })));
      await Promise.all(calls.map(({ sid }) => world.endOf(sid)));
      const { placements } = await world.ledger();
      expect(placements.filter(({ outcome, typed }) => outcome === 'machine' && typed)).toEqual([]);
      return new Map(placements.map(({ to, typed }) => [to, typed?.map(({ digits }) => digits).join()]));
    };
    const one = await run(numbers);
    expect(new Map([...(await run(numbers.toReversed()))].toReversed())).toEqual(one);
    const pressed = [...one.values()];
    expect(pressed.filter((digits) => digits === '9').length).toBeGreaterThan(10);
    expect(pressed.filter((digits) => digits?.startsWith('1')).length).toBeGreaterThan(3);
    expect(pressed.filter((digits) => digits === undefined).length).toBeGreaterThan(10);
  });

  it('should end the call, and say why, when the action cannot be had', async () => {
    world.user.twiml = ASK.replace('/twiml/keys', '/nothing');
    await world.control({ keyMs: 5, numbers: { [TO]: { keys: '9' } } });
    const { sid } = await world.place();
    expect(await world.endOf(sid)).toMatchObject({ status: 'completed', twimlError: { code: 12300 } });
  });

  it.each([
    [{ keys: { '9': 1.5 } }, 'keys.9 must be a number from 0 to 1'],
    [{ keys: { '9': 0.6, '1': 0.6 } }, 'keys add up to 1.2, more than 1'],
    [{ keys: { nine: 0.5 } }, 'keys must be up to 32 keys: 0-9, * and #'],
    [{ numbers: { [TO]: { keys: 9 } } }, `numbers.${TO}.keys must be up to 32 keys: 0-9, * and #`],
  ])('should refuse the setting %j', async (settings, error) => {
    expect(await world.control(settings)).toEqual({ status: 400, body: { error } });
  });
});
