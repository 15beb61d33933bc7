import { describe, expect, it } from 'vitest';
import type { Evidence } from './evidence.js';
import { BROKEN_ENDS } from './broken-ends.js';
import { BROKEN_RUNS } from './broken-runs.js';
import {
  call,
  campaign,
  CAMPAIGN,
  event,
  eventsOf,
  first,
  goodRun,
  placement,
  voicemailFirst,
} from './good-run.js';
import { judge } from './judge.js';

const BROKEN = [...BROKEN_RUNS, ...BROKEN_ENDS];
const rulesOf = (run: Evidence) => judge(run).map(({ invariant, rule }) => `${invariant} ${rule}`);

describe('the judge', () => {
  it('should find nothing wrong with a good run', () => {
    expect(judge(goodRun())).toEqual([]);
  });

  it.each(BROKEN)('should notice %s', (_words, rule, sentence, spoil) => {
    const run = goodRun();
    spoil(run);
    const found = judge(run);
    expect(found.map((each) => `${each.invariant} ${each.rule}`)).toContain(rule);
    expect(found.map((each) => each.sentence).join('\n')).toMatch(sentence);
  });

  it('should have a test for each of its rules', () => {
    const named = new Set(BROKEN.map(([, rule]) => rule.split(' ')[1]));
    expect([...named].toSorted()).toEqual([
      'budget',
      'counters',
      'endings',
      'halts',
      'leads',
      'one-call-per-number',
      'one-placement',
      'open-limits',
      'pace',
      'suppressions',
    ]);
  });
});

describe('what the judge forgives', () => {
  it('should let an attempt be placed anew after the carrier took it back unrung', () => {
    const run = goodRun();
    call(run, 3).attempt = 1;
    campaign(run).retryAttempts = 1;
    const taken = placement(run, 1);
    Object.assign(taken, { status: 'canceled', events: [{ status: 'queued', at: taken.placedAt }] });
    Object.assign(call(run, 1), { status: 'canceled', outcome: 'canceled' });
    for (const each of eventsOf(run, 2)) if (each.type === 'carrier.callback') each.status = 'canceled';
    expect(judge(run)).toEqual([]);
  });

  it('should let a rule have a voicemail called again, as often as it says', () => {
    const run = goodRun();
    voicemailFirst(run);
    const busy = { on: 'busy', attempts: 1 };
    campaign(run).retryRules = [busy, { on: 'voicemail', attempts: 1 }];
    expect(judge(run)).toEqual([]);
    campaign(run).retryRules = [busy];
    expect(new Set(rulesOf(run))).toEqual(new Set(['5 budget']));
  });

  it('should let the rule of one outcome end a lead before that of another would', () => {
    const run = goodRun();
    const [busy, missed] = [1, 5].map((attempts, i) => ({ on: i === 0 ? 'busy' : 'no_answer', attempts }));
    campaign(run).retryRules = [busy!, missed!];
    expect(judge(run)).toEqual([]);
  });

  it('should believe a lead that it opted out, and that its number is suppressed since, by the key pressed', () => {
    const run = goodRun();
    run.events.push({ ...event('call.opted_out', 'in-progress'), callId: call(run, 0).id });
    first(run.leads).reason = 'opted_out';
    expect(judge(run)).toEqual([]);
    Object.assign(first(run.leads), { status: 'failed', reason: 'suppressed' });
    Object.assign(first(run.counters), { completed: 1, failed: 2 });
    expect(judge(run)).toEqual([]);
  });

  it('should let placements begin again from the instant a resume was asked for', () => {
    const run = goodRun();
    Object.assign(run.operations[2]!, { askedAt: placement(run, 2).placedAt });
    expect(judge(run)).toEqual([]);
  });

  it('should not hold a pause against a start whose answer was lost', () => {
    const run = goodRun();
    run.operations[2]!.status = null;
    expect(judge(run)).toEqual([]);
  });

  it('should not take a pause for done that was refused or lost', () => {
    for (const status of [null, 400, 503]) {
      const run = goodRun();
      run.operations[1]!.status = status;
      placement(run, 2).placedAt = 1_002_300;
      expect(rulesOf(run)).toEqual([]);
    }
  });

  it('should let a number ring again from the instant its lifting was asked for', () => {
    const run = goodRun();
    const { to, placedAt } = placement(run, 3);
    const entry = { phoneNumber: to, campaignId: null, status: 201 };
    run.suppressions.push({ ...entry, action: 'suppress', askedAt: placedAt - 9, answeredAt: placedAt - 5 });
    expect(rulesOf(run)).toEqual(['5 suppressions']);
    run.suppressions.push({
      ...entry,
      action: 'lift',
      askedAt: placedAt,
      answeredAt: Infinity,
      status: null,
    });
    expect(judge(run)).toEqual([]);
  });

  it('should let a number ring whose suppression is for another campaign, or was refused or lost', () => {
    for (const spared of [{ campaignId: 'another' }, { status: null }, { status: 400 }, { status: 503 }]) {
      const run = goodRun();
      const { to } = placement(run, 3);
      const ban = { phoneNumber: to, campaignId: CAMPAIGN, action: 'suppress' as const, status: 201 };
      run.suppressions.push({ ...ban, askedAt: 1, answeredAt: 2, ...spared });
      expect(judge(run)).toEqual([]);
    }
  });

  it('should let the carrier tell in any order', () => {
    const run = goodRun();
    run.events.push(event('carrier.callback', 'ringing'), event('carrier.callback', 'in-progress'));
    expect(judge(run)).toEqual([]);
  });

  it('should let a lead wait that was added after the campaign completed', () => {
    const run = goodRun();
    const late = {
      ...first(run.leads),
      id: 'late',
      phoneNumber: '+12025550177',
      status: 'pending',
      reason: null,
    };
    run.leads.push({ ...late, createdAt: (campaign(run).completedAt ?? 0) + 1 });
    first(run.counters).pending = 1;
    expect(judge(run)).toEqual([]);
  });

  it('should let a campaign stay stopped that was stopped as its last call ended', () => {
    const run = goodRun();
    Object.assign(campaign(run), { status: 'stopped', completedAt: null });
    expect(judge(run)).toEqual([]);
    first(run.leads).status = 'pending';
    expect(rulesOf(run)).toContain('6 leads');
  });

  it('should let calls of one instant follow each other', () => {
    const run = goodRun();
    campaign(run).callDelay = 0;
    placement(run, 3).placedAt = placement(run, 2).endedAt ?? 0;
    expect(judge(run)).toEqual([]);
  });
});
