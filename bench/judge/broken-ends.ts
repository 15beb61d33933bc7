import type { Broken } from './broken-runs.js';
import { call, campaign, CAMPAIGN, event, eventsOf, first, nth, placement } from './good-run.js';

/** Runs that do not end as they should (6 to 9). */
export const BROKEN_ENDS: readonly Broken[] = [
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
    'a lead failed as suppressed that nobody suppressed',
    '6 leads',
    /nobody suppressed its number/,
    (run) => {
      nth(run.leads, 2).reason = 'suppressed';
    },
  ],
  [
    'a lead that opted out without a key',
    '6 leads',
    /no key was pressed/,
    (run) => {
      nth(run.leads, 0).reason = 'opted_out';
    },
  ],
  [
    'a lead given up with an attempt of its rule left',
    '6 leads',
    /failed after 2 of 4 attempts/,
    (run) => {
      campaign(run).retryRules = ['busy', 'no_answer'].map((on) => ({ on, attempts: 3 }));
    },
  ],
  [
    'a lead left to its voicemail with an attempt of its rule left',
    '6 leads',
    /completed after 2 of 3 attempts/,
    (run) => {
      campaign(run).retryRules = ['busy', 'no_answer', 'voicemail'].map((on) => ({ on, attempts: 2 }));
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
    'a lead that did not get back the attempt that was never placed',
    '6 leads',
    /after 1 of 2 attempts/,
    (run) => {
      call(run, 2).errorCode = 'NOT_PLACED';
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
    'events of a call that is gone',
    '7 endings',
    /which is no call/,
    (run) => {
      run.events.push({ ...event('call.claimed', 'queued'), callId: '01a00000-0000-7000-8000-00000000dead' });
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
