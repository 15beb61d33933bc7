import type { Evidence } from './evidence.js';
import { call, campaign, CAMPAIGN, event, eventsOf, first, nth, placement } from './good-run.js';

type Broken = readonly [words: string, rule: string, sentence: RegExp, spoil: (run: Evidence) => void];

/** Each breaks the good run in one way, and says which rule must notice. */
export const BROKEN: readonly Broken[] = [
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
    'a placement after a pause',
    '5 halts',
    /ms after its campaign's pause had answered/,
    (run) => {
      placement(run, 2).placedAt = 1_002_300;
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
    'a campaign that did not complete',
    '6 leads',
    /did not complete: it is active/,
    (run) => {
      campaign(run).status = 'active';
    },
  ],
  [
    'a pending lead in a completed campaign',
    '6 leads',
    /is pending in a completed/,
    (run) => {
      nth(run.leads, 2).status = 'pending';
    },
  ],
  [
    'a lead without a reason',
    '6 leads',
    /without a reason/,
    (run) => {
      nth(run.leads, 2).reason = null;
    },
  ],
  [
    'a lead that is gone',
    '6 leads',
    /is gone/,
    (run) => {
      run.promised.push({ campaignId: CAMPAIGN, phoneNumber: '+12025550177' });
    },
  ],
  [
    'a lead completed that nobody reached',
    '6 leads',
    /no call reached it/,
    (run) => {
      nth(run.leads, 2).status = 'completed';
    },
  ],
  [
    'a lead given up with attempts left',
    '6 leads',
    /after 2 of 3 attempts/,
    (run) => {
      campaign(run).retryAttempts = 2;
    },
  ],
  [
    'a call that never ended',
    '7 endings',
    /has not ended: it is ringing/,
    (run) => {
      Object.assign(call(run, 2), { status: 'ringing', outcome: null });
    },
  ],
  [
    'an end without a time',
    '7 endings',
    /without a time/,
    (run) => {
      call(run, 2).endedAt = null;
    },
  ],
  [
    'an outcome that does not fit',
    '7 endings',
    /its outcome answered/,
    (run) => {
      call(run, 2).outcome = 'answered';
    },
  ],
  [
    'an end that no event tells',
    '7 endings',
    /No event tells/,
    (run) => {
      for (const each of eventsOf(run, 5)) if (each.type === 'carrier.callback') each.status = 'completed';
    },
  ],
  [
    'a call dialed twice',
    '7 endings',
    /call.dialing of .* came when it was dialing/,
    (run) => {
      run.events.splice(2, 0, event('call.dialing', 'dialing'));
    },
  ],
  [
    'a call queued again after it was placed',
    '7 endings',
    /call.requeued .* was at-carrier/,
    (run) => {
      run.events.splice(3, 0, event('call.requeued', 'queued'));
    },
  ],
  [
    'an end decided twice',
    '7 endings',
    /call.given_up .* was ended/,
    (run) => {
      run.events.splice(3, 0, event('call.withdrawn', 'canceled'), event('call.given_up', 'failed'));
    },
  ],
  [
    'a call that was never claimed',
    '7 endings',
    /came when it was nothing/,
    (run) => {
      run.events.shift();
    },
  ],
  [
    'a slot that was not given back',
    '7 endings',
    /1 calls are still open/,
    (run) => {
      run.ledger.open = 1;
    },
  ],
  [
    'a forged callback that was believed',
    '7 endings',
    /Forged callbacks/,
    (run) => {
      placement(run, 0).forged = { sent: 2, accepted: 1 };
    },
  ],
  [
    'counters that are wrong',
    '9 counters',
    /wrong in failedCalls/,
    (run) => {
      first(run.counters).failedCalls += 1;
    },
  ],
  [
    'counters that are missing',
    '9 counters',
    /wrong in completed, failed/,
    (run) => {
      run.counters = [];
    },
  ],
  [
    'an end other than the carrier tells',
    '9 counters',
    /is no-answer, the carrier ended it as busy/,
    (run) => {
      placement(run, 1).status = 'busy';
    },
  ],
];
