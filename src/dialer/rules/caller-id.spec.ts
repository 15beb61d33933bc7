import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assignCallerIds,
  chooseCallerId,
  obstacleOf,
  obstacleOfAll,
  roomOf,
  type CallerId,
  type CallerIdLead,
  type CallerIdPool,
} from './caller-id.js';

const NOW = new Date('2030-05-06T22:30:00Z');
const MIDNIGHT = new Date('2030-05-07T00:00:00Z');
const soon = new Date('2030-05-06T23:00:00Z');
const US = '+12025550100';
const NEW_YORK = '+12125550100';
const LONDON = '+441632960100';
const LEEDS = '+441154960100';

function area(number: string): CallerId['area'] {
  const areaCode = number.startsWith('+1') ? number.slice(2, 5) : null;
  return { country: areaCode === null ? 'GB' : 'US', areaCode };
}

function id(number: string, fields: Partial<CallerId> = {}): CallerId {
  const nothing = { rest: null, dailyCap: null, usedToday: 0, cps: null, queued: 0 };
  return { number, area: area(number), isActive: true, ...nothing, ...fields };
}

function poolOf(...ids: CallerId[]): CallerIdPool {
  return { ids, now: NOW, dayEndsAt: MIDNIGHT };
}

function lead(fields: Partial<CallerIdLead> = {}): CallerIdLead {
  return { id: 'x-00000000', phoneNumber: '+12025550142', lastNumber: null, near: null, ...fields };
}

function numberOf(choice: ReturnType<typeof chooseCallerId>): string {
  return 'reason' in choice ? choice.reason : choice.number;
}

describe('obstacleOf', () => {
  const resting = (until: Date | null) => ({ rest: { reason: 'manual' as const, until } });

  it.each<[string, Partial<CallerId>, string | null, Date | null]>([
    ['nothing', {}, null, null],
    ['inactivity, even of a resting one', { isActive: false, ...resting(soon) }, 'caller_ids_inactive', null],
    ['a rest without an end', resting(null), 'caller_ids_resting', null],
    ['a rest', resting(soon), 'caller_ids_resting', soon],
    ['no rest that ends now', resting(NOW), null, null],
    ['no cap that is not reached', { dailyCap: 5, usedToday: 4 }, null, null],
    ['a cap that is reached', { dailyCap: 5, usedToday: 5 }, 'caller_ids_capped', MIDNIGHT],
    ['a cap that was lowered', { dailyCap: 5, usedToday: 9 }, 'caller_ids_capped', MIDNIGHT],
    ['no pace with room in the second', { cps: 1.5, queued: 1 }, null, null],
    ['a pace', { cps: 2, queued: 2 }, 'caller_ids_paced', new Date(NOW.getTime() + 500)],
  ])('should name %s', (_what, fields, reason, until) => {
    expect(obstacleOf(id(US, fields), poolOf())).toEqual(reason && { reason, until });
  });
});

describe('obstacleOfAll', () => {
  it('should tell what ends first, and be silent while one number is free', () => {
    const capped = id(US, { dailyCap: 1, usedToday: 1 });
    const resting = id(NEW_YORK, { rest: { reason: 'low_answer_rate', until: soon } });
    const gone = id(LONDON, { isActive: false });
    expect(obstacleOfAll(poolOf(capped, gone, resting))).toEqual({
      reason: 'caller_ids_resting',
      until: soon,
    });
    expect(obstacleOfAll(poolOf(gone, capped))).toEqual({ reason: 'caller_ids_capped', until: MIDNIGHT });
    expect(obstacleOfAll(poolOf(gone))).toEqual({ reason: 'caller_ids_inactive', until: null });
    expect(obstacleOfAll(poolOf())).toEqual({ reason: 'no_caller_id', until: null });
    expect(obstacleOfAll(poolOf(capped, id(LEEDS)))).toBeNull();
  });
});

describe('chooseCallerId', () => {
  it('should stay with the number that called before, near or not, while it is available', () => {
    const near = area('+12025550142');
    const sticky = lead({ lastNumber: LONDON, near });
    expect(numberOf(chooseCallerId(sticky, poolOf(id(US), id(LONDON))))).toBe(LONDON);
    expect(numberOf(chooseCallerId(sticky, poolOf(id(US), id(LONDON, { isActive: false }))))).toBe(US);
    expect(numberOf(chooseCallerId(sticky, poolOf(id(US))))).toBe(US);
  });

  it('should wait a few seconds for the pace of the number it knows, no longer', () => {
    const sticky = lead({ lastNumber: LONDON });
    const behind = (queued: number) => poolOf(id(US), id(LONDON, { cps: 2, queued }));
    expect(numberOf(chooseCallerId(sticky, behind(9)))).toBe(LONDON);
    expect(numberOf(chooseCallerId(sticky, behind(10)))).toBe(US);
    const cappedToo = poolOf(id(US), id(LONDON, { cps: 2, queued: 3, dailyCap: 3, usedToday: 3 }));
    expect(numberOf(chooseCallerId(sticky, cappedToo))).toBe(US);
  });

  it.each<[string, string, string[], string[]]>([
    ['its area code', '+12125550142', [US, NEW_YORK, LONDON], [NEW_YORK]],
    ['else its country', '+13055550142', [US, NEW_YORK, LONDON], [US, NEW_YORK]],
    ['else any', '+13055550142', [LONDON, LEEDS], [LONDON, LEEDS]],
    ['the longest common beginning', '+441632960961', [US, LONDON, LEEDS], [LONDON]],
    ['its country, whatever the beginning', '+447700900123', [US, LONDON], [LONDON]],
  ])('should prefer %s where that is wanted', (_what, phoneNumber, numbers, expected) => {
    const chosen = new Set(
      Array.from({ length: 16 }, (_, n) => {
        const asked = lead({ id: `x-0000000${n.toString(16)}`, phoneNumber, near: area(phoneNumber) });
        return numberOf(chooseCallerId(asked, poolOf(...numbers.map((number) => id(number)))));
      }),
    );
    expect([...chosen].toSorted()).toEqual(expected.toSorted());
  });

  it('should name the reason where none is free', () => {
    expect(chooseCallerId(lead(), poolOf(id(US, { dailyCap: 1, usedToday: 1 })))).toEqual({
      reason: 'caller_ids_capped',
      until: MIDNIGHT,
    });
  });
});

const NUMBERS = [US, NEW_YORK, LONDON, LEEDS, '+13055550100', '+447700900100'];
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const anyId = (number: string) =>
  fc.record({
    number: fc.constant(number),
    area: fc.constant(area(number)),
    isActive: fc.boolean(),
    rest: maybe(
      fc.record({ reason: fc.constant('manual' as const), until: maybe(fc.constantFrom(NOW, soon)) }),
    ),
    dailyCap: maybe(fc.integer({ min: 1, max: 5 })),
    usedToday: fc.integer({ min: 0, max: 6 }),
    cps: maybe(fc.constantFrom(0.5, 1, 2.5)),
    queued: fc.integer({ min: 0, max: 4 }),
  });
const anyPool = fc
  .subarray(NUMBERS)
  .chain((numbers) => fc.tuple(...numbers.map(anyId)))
  .map((ids) => poolOf(...ids));
const anyLead = fc
  .record({
    n: fc.integer({ min: 0, max: 0xffffffff }),
    phoneNumber: fc.constantFrom('+12025550142', '+13055550142', '+19075550142', '+441632960961'),
    lastNumber: maybe(fc.constantFrom(...NUMBERS, '+15005550006')),
    wantsLocal: fc.boolean(),
  })
  .map(({ n, phoneNumber, lastNumber, wantsLocal }) =>
    lead({
      id: `x-${n.toString(16).padStart(8, '0')}`,
      ...{ phoneNumber, lastNumber, near: wantsLocal ? area(phoneNumber) : null },
    }),
  );
const anyLeads = fc.uniqueArray(anyLead, { maxLength: 30, selector: (each) => each.id });

describe('the choice, whatever the pool', () => {
  it('should take a free number or the known one, a near one before others, and else say why', () => {
    fc.assert(
      fc.property(anyLead, anyPool, (asked, pool) => {
        const choice = chooseCallerId(asked, pool);
        if ('reason' in choice) {
          expect(choice).toEqual(obstacleOfAll(pool) ?? { reason: 'no_caller_id', until: null });
          expect(roomOf(pool)).toBe(0);
          return;
        }
        const obstacle = obstacleOf(choice, pool);
        const known = pool.ids.find((each) => each.number === asked.lastNumber);
        if (known && obstacleOf(known, pool) === null) expect(choice.number).toBe(known.number);
        if (choice.number === asked.lastNumber) {
          expect([undefined, 'caller_ids_paced']).toContain(obstacle?.reason);
          return;
        }
        expect(obstacle).toBeNull();
        const areas = pool.ids
          .filter((each) => obstacleOf(each, pool) === null)
          .map((each) => each.area.areaCode);
        const { areaCode = null } = asked.near ?? {};
        if (areaCode !== null && areas.includes(areaCode)) expect(choice.area.areaCode).toBe(areaCode);
      }),
    );
  });

  it('should never go beyond a cap, and serve as many leads as there is room for', () => {
    fc.assert(
      fc.property(anyLeads, anyPool, (leads, pool) => {
        const chosen = assignCallerIds(leads, pool);
        for (const each of pool.ids) {
          const used = [...chosen.values()].filter((number) => number === each.number).length;
          if (each.dailyCap !== null && used > 0)
            expect(each.usedToday + used).toBeLessThanOrEqual(each.dailyCap);
        }
        const served = leads.slice(0, Math.min(leads.length, roomOf(pool)));
        expect(served.every(({ id: leadId }) => chosen.has(leadId))).toBe(true);
      }),
    );
  });

  it('should have room exactly where nothing stands in the way', () => {
    fc.assert(
      fc.property(anyPool, (pool) => {
        expect(roomOf(pool) > 0).toBe(obstacleOfAll(pool) === null);
      }),
    );
  });
});
