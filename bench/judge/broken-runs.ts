import type { Evidence } from './evidence.js';
import { call, campaign, CAMPAIGN, event, first, nth, placement, voicemailFirst } from './good-run.js';

export type Broken = readonly [words: string, rule: string, sentence: RegExp, spoil: (run: Evidence) => void];

/** Each breaks the good run in one way, and says which rule must notice. */
/** Runs that break a rule while they go on (1 to 5). */
export const BROKEN_RUNS: readonly Broken[] = [
  [
    'two placements of one call',
    '1 one-placement',
    /was placed 2 times/,
    (run) => {
      run.ledger.placements.push({
        ...placement(run, 0),
        sid: 'CAdouble',
        placedAt: 1_010_000,
        endedAt: 1_010_100,
      });
    },
  ],
  [
    'a placement of no call',
    '1 one-placement',
    /belongs to no call row/,
    (run) => {
      placement(run, 0).statusCallback = 'http://127.0.0.1:1/elsewhere';
    },
  ],
  [
    'a placement to another number',
    '1 one-placement',
    /rang another number/,
    (run) => {
      placement(run, 0).to = '+12025550199';
    },
  ],
  [
    'a placed call given up as not placed',
    '1 one-placement',
    /does not know its placement/,
    (run) => {
      Object.assign(call(run, 2), { carrierSid: null, errorCode: 'NOT_PLACED' });
    },
  ],
  [
    'one attempt rung by two calls',
    '1 one-placement',
    /Attempt 1 of lead .* rang more than once/,
    (run) => {
      call(run, 3).attempt = 1;
    },
  ],
  [
    'a call with a SID that never was',
    '1 one-placement',
    /never was/,
    (run) => {
      call(run, 0).carrierSid = 'CAnever';
    },
  ],
  [
    'a number in two calls at the carrier',
    '2 one-call-per-number',
    /at the carrier/,
    (run) => {
      placement(run, 2).endedAt = placement(run, 4).placedAt + 1;
    },
  ],
  [
    'a number in two calls in our rows',
    '2 one-call-per-number',
    /in our rows/,
    (run) => {
      call(run, 2).endedAt = 1_004_000;
    },
  ],
  [
    'more open calls than the campaign may have',
    '3 open-limits',
    /The campaign .* had 2 .* 1 are allowed/,
    (run) => {
      campaign(run).maxConcurrent = 1;
    },
  ],
  [
    'more open calls than the agent may have',
    '3 open-limits',
    /The agent/,
    (run) => {
      first(run.agents).maxConcurrentCalls = 1;
    },
  ],
  [
    'more open calls than the account may have',
    '3 open-limits',
    /The account/,
    (run) => {
      run.account.maxConcurrent = 1;
    },
  ],
  [
    'slots given back before the call was over',
    '3 open-limits',
    /at the carrier/,
    (run) => {
      placement(run, 0).endedAt = 1_009_000;
      placement(run, 1).endedAt = 1_009_000;
    },
  ],
  [
    'a gap below the delay',
    '4 pace',
    /500.0 ms apart, 600 ms/,
    (run) => {
      campaign(run).callDelay = 600;
    },
  ],
  [
    'more calls a second than the account has',
    '4 pace',
    /within a second, 0.5/,
    (run) => {
      run.account.cps = 0.5;
      run.ledger.placements.forEach((each, nth) => (each.placedAt = 1_000_500 + nth * 450));
    },
  ],
  [
    'a placement 0.1 ms after a pause',
    '5 halts',
    / 0.1 ms after/,
    (run) => {
      placement(run, 2).placedAt = 1_001_150.1;
    },
  ],
  [
    'a placement after a pause whose resume was refused',
    '5 halts',
    /pause had answered/,
    (run) => {
      nth(run.operations, 2).status = 400;
    },
  ],
  [
    'a placement 0.1 ms after its number was suppressed',
    '5 suppressions',
    / 0.1 ms after the number's/,
    (run) => {
      const { to, placedAt } = placement(run, 2);
      const ban = { phoneNumber: to, campaignId: null, action: 'suppress' as const, status: 201 };
      run.suppressions.push({ ...ban, askedAt: placedAt - 50, answeredAt: placedAt - 0.1 });
    },
  ],
  [
    'a placement whose number was suppressed for its campaign, and lifted everywhere else',
    '5 suppressions',
    /suppression had answered/,
    (run) => {
      const { to: phoneNumber, placedAt } = placement(run, 2);
      const at = { askedAt: placedAt - 50, answeredAt: placedAt - 40, phoneNumber };
      run.suppressions.push({ ...at, campaignId: CAMPAIGN, action: 'suppress', status: 201 });
      run.suppressions.push({ ...at, campaignId: null, action: 'lift', status: 200 });
    },
  ],
  [
    'a lead rung beyond its budget',
    '5 budget',
    /rung 2 times, its budget is 1/,
    (run) => {
      campaign(run).retryFailed = false;
    },
  ],
  [
    'a lead rung after it answered',
    '5 budget',
    /again after it had answered/,
    (run) => {
      placement(run, 1).status = 'completed';
    },
  ],
  [
    'a lead rung again after a voicemail that no rule names',
    '5 budget',
    /again after it had answered/,
    (run) => {
      campaign(run).retryRules = [{ on: 'busy', attempts: 3 }];
      voicemailFirst(run);
    },
  ],
  [
    'a lead rung after more outcomes than their rule follows',
    '5 budget',
    /again after 1 calls that ended as no_answer, 0 may be followed/,
    (run) => {
      campaign(run).retryRules = [{ on: 'busy', attempts: 3 }];
    },
  ],
  [
    'a lead rung beyond the largest of its rules',
    '5 budget',
    /rung 2 times, its budget is 1/,
    (run) => {
      campaign(run).retryRules = [];
    },
  ],
  [
    'a lead rung after it had opted out',
    '5 budget',
    /again after it had opted out/,
    (run) => {
      run.events.push({ ...event('call.opted_out', 'in-progress'), callId: call(run, 1).id });
    },
  ],
];
