import { describe, expect, it } from 'vitest';
import { Campaign } from '../../campaigns/campaign.entity.js';
import { shareOut, type Account } from '../rules/shares.js';
import { accountReasons, budgetReasons, lifeReasons, windowReasons } from './campaign-reasons.js';

const NOW = new Date('2026-11-26T12:00:00Z');
const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);

function campaign(over: Partial<Campaign>): Campaign {
  const fields = {
    status: 'active',
    rulePack: 'none',
    callingWindow: null,
    hasNewWindow: false,
    wakesAt: null,
  } as const;
  const none = {
    pausedReason: null,
    stoppedReason: null,
    endAt: null,
    runEndsAt: null,
    scheduledAt: null,
    nextRunAt: null,
  };
  return Object.assign(new Campaign(), { ...fields, ...none, ...over });
}

describe('lifeReasons', () => {
  it.each<[string, Partial<Campaign>, [string, string, Date | null][]]>([
    ['nothing of an active campaign', { endAt: at(1), runEndsAt: at(2) }, []],
    ['its end', { endAt: NOW }, [['campaign_end_passed', 'by_somebody', null]]],
    ['the end of its run', { runEndsAt: at(-1) }, [['campaign_end_passed', 'by_somebody', null]]],
    [
      'the end of its run, after which comes another',
      { runEndsAt: NOW, nextRunAt: at(8) },
      [['campaign_end_passed', 'at_time', at(8)]],
    ],
    [
      'the earlier of start and run',
      { status: 'scheduled', scheduledAt: at(9), nextRunAt: at(5) },
      [['campaign_scheduled', 'at_time', at(5)]],
    ],
    ['a stop for good', { status: 'stopped' }, [['campaign_stopped', 'by_somebody', null]]],
    [
      'a stop until the next run',
      { status: 'stopped', nextRunAt: at(7) },
      [['campaign_stopped', 'at_time', at(7)]],
    ],
    [
      'the breaker',
      { status: 'paused', pausedReason: { code: 'CARRIER_FAILING', message: 'It fails' } },
      [['campaign_paused_itself', 'by_somebody', null]],
    ],
  ])('should tell %s', (_, over, expected) => {
    expect(lifeReasons(campaign(over), NOW).map(({ code, ends, until }) => [code, ends, until])).toEqual(
      expected,
    );
  });
});

describe('windowReasons', () => {
  it('should tell that leads are judged anew by a window that is new', () => {
    expect(windowReasons(campaign({ hasNewWindow: true }), NOW)).toMatchObject([
      { code: 'window_changed', ends: 'by_itself' },
    ]);
    // Nobody judges the leads of one that is paused.
    expect(windowReasons(campaign({ hasNewWindow: true, status: 'paused' }), NOW)).toEqual([]);
  });

  it('should tell the sleep that a window which has opened left behind', () => {
    expect(windowReasons(campaign({ wakesAt: at(3) }), NOW)).toMatchObject([
      { code: 'campaign_asleep', until: at(3) },
    ]);
    expect(windowReasons(campaign({ wakesAt: at(-3) }), NOW)).toEqual([]);
  });
});

describe('accountReasons', () => {
  const account = (id: string, open: number, demand: number, weight = 1): Account => {
    return { id, weight, open, demand, held: open, credit: 0 };
  };
  /** What the shares grant to `a`, by their own rule. */
  const told = (cap: number, accounts: Account[]) => {
    const granted = shareOut(cap, accounts).get('a') ?? 0;
    return accountReasons({ campaignId: 'a', granted, accounts }, accounts, cap).map(({ code }) => code);
  };

  it('should tell full slots from those that are due to others', () => {
    expect(told(4, [account('a', 2, 3), account('b', 2, 2)])).toEqual(['account_full']);
    expect(told(4, [account('a', 2, 3), account('b', 1, 2)])).toEqual(['account_share']);
    expect(told(4, [account('a', 1, 2), account('b', 2, 3)])).toEqual([]);
  });
});

describe('budgetReasons', () => {
  const use = { placed: 3, open: 0, undecided: 0, spent: 900_000, reserved: 0 };

  it.each<
    [string, { maxCalls: number | null; maxSpend: number | null }, Partial<typeof use>, [string, string][]]
  >([
    ['nothing while there is room', { maxCalls: 4, maxSpend: 1_000_000 }, {}, []],
    ['that all calls are made', { maxCalls: 3, maxSpend: null }, {}, [['max_calls', 'by_somebody']]],
    [
      'that one may still come back',
      { maxCalls: 4, maxSpend: null },
      { open: 1, undecided: 1 },
      [['max_calls', 'by_itself']],
    ],
    [
      'that the rest is too little',
      { maxCalls: null, maxSpend: 950_000 },
      {},
      [['max_spend', 'by_somebody']],
    ],
    [
      'that a call may give some back',
      { maxCalls: null, maxSpend: 1_000_000 },
      { open: 1, reserved: 90_000 },
      [['max_spend', 'by_itself']],
    ],
  ])('should tell %s', (_, budget, over, expected) => {
    const reasons = budgetReasons(budget, { ...use, ...over }, 100_000);
    expect(reasons.map(({ code, ends }) => [code, ends])).toEqual(expected);
  });
});
