import type {
  CallFact,
  CampaignFact,
  CounterFact,
  Evidence,
  EventFact,
  LeadFact,
  Operation,
  PlacementFact,
} from './evidence.js';

/** Ids of the good run, so that a test can name what it breaks. */
export const CAMPAIGN = 'c0000000-0000-7000-8000-000000000001';
const AGENT = 'a0000000-0000-7000-8000-000000000001';
const START = 1_000_000;
const SPACING = 500;
const LASTS = 700;

const callId = (nth: number): string => `ca110000-0000-7000-8000-${String(nth).padStart(12, '0')}`;
const leadId = (nth: number): string => `1ead0000-0000-7000-8000-${String(nth).padStart(12, '0')}`;
const sidOf = (nth: number): string => `CA${String(nth).padStart(32, '0')}`;
const numberOf = (lead: number): string => `+120255501${String(lead).padStart(2, '0')}`;

interface Made {
  call: CallFact;
  events: EventFact[];
  placement: PlacementFact;
}

/** One call, half a second after the one before it: claimed, dialed, placed, rung, ended. */
function made(nth: number, lead: number, attempt: number, status: string, outcome: string): Made {
  const at = START + nth * SPACING;
  const [id, sid] = [callId(nth), sidOf(nth)];
  const endedAt = at + LASTS;
  const event = (type: string, state: string, time: number): EventFact => ({
    callId: id,
    type,
    status: state,
    at: time,
  });
  return {
    call: {
      id,
      campaignId: CAMPAIGN,
      leadId: leadId(lead),
      agentId: AGENT,
      phoneNumber: numberOf(lead),
      attempt,
      status,
      outcome,
      carrierSid: sid,
      durationMs: status === 'completed' ? 1000 : null,
      errorCode: null,
      endedAt: endedAt + 5,
    },
    events: [
      event('call.claimed', 'queued', at - 20),
      event('call.dialing', 'dialing', at - 5),
      event('call.placed', 'initiated', at + 5),
      event('carrier.callback', status, endedAt + 4),
    ],
    placement: {
      sid,
      to: numberOf(lead),
      placedAt: at,
      endedAt,
      status,
      statusCallback: `http://127.0.0.1:1/webhooks/twilio/calls/${id}/status`,
      events: [
        { status: 'queued', at },
        { status: 'ringing', at: at + 10 },
        { status, at: endedAt },
      ],
    },
  };
}

const CALLS = [
  made(1, 1, 1, 'completed', 'answered'),
  made(2, 2, 1, 'no-answer', 'no_answer'),
  made(5, 3, 1, 'busy', 'busy'),
  made(6, 2, 2, 'completed', 'voicemail'),
  made(8, 3, 2, 'busy', 'busy'),
];
const LEADS = [
  lead(1, 'completed', 'answered'),
  lead(2, 'completed', 'voicemail'),
  lead(3, 'failed', 'busy'),
];
const CAMPAIGN_FACT: CampaignFact = {
  id: CAMPAIGN,
  status: 'completed',
  maxConcurrent: 2,
  callDelay: 400,
  retryFailed: true,
  retryAttempts: 1,
  retryRules: null,
  completedAt: START + 10 * SPACING,
};
const COUNTED: CounterFact = {
  campaignId: CAMPAIGN,
  pending: 0,
  calling: 0,
  completed: 2,
  failed: 1,
  successfulCalls: 2,
  failedCalls: 3,
  talkMs: 2000,
};

function lead(nth: number, status: string, reason: string): LeadFact {
  return {
    id: leadId(nth),
    campaignId: CAMPAIGN,
    phoneNumber: numberOf(nth),
    status,
    reason,
    createdAt: START,
  };
}

function asked(action: Operation['action'], at: number): Operation {
  return { campaignId: CAMPAIGN, action, askedAt: at, answeredAt: at + 50, status: 200 };
}

/**
 * A small run without a fault: three leads, two calls at a time and 400 ms apart, one extra attempt. The first is
 * answered at once, the second at its second attempt, the third is busy twice. Paused and resumed in between.
 */
export function goodRun(): Evidence {
  return structuredClone({
    campaigns: [CAMPAIGN_FACT],
    agents: [{ id: AGENT, maxConcurrentCalls: 2 }],
    account: { cps: 3, maxConcurrent: 2 },
    promised: LEADS.map(({ campaignId, phoneNumber }) => ({ campaignId, phoneNumber })),
    leads: LEADS,
    calls: CALLS.map((each) => each.call),
    events: CALLS.flatMap((each) => each.events),
    counters: [COUNTED],
    ledger: { placements: CALLS.map((each) => each.placement), open: 0, maxOpen: 2 },
    operations: [
      asked('start', START),
      asked('pause', START + 2 * SPACING + 100),
      asked('resume', START + 5 * SPACING - 100),
    ],
    suppressions: [],
  });
}

export function nth<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`The good run has no item ${index}`);
  return item;
}

export const first = <T>(items: readonly T[]): T => nth(items, 0);
export const campaign = (run: Evidence): CampaignFact => first(run.campaigns);
export const call = (run: Evidence, index: number): CallFact => nth(run.calls, index);
export const placement = (run: Evidence, index: number): PlacementFact => nth(run.ledger.placements, index);
export const eventsOf = (run: Evidence, nthCall: number): EventFact[] =>
  run.events.filter((each) => each.callId === callId(nthCall));
export const event = (type: string, status: string): EventFact => ({
  callId: callId(1),
  type,
  status,
  at: 1_001_000,
});

/** The second lead's first call is taken by a voicemail, instead of by nobody. */
export function voicemailFirst(run: Evidence): void {
  Object.assign(placement(run, 1), { status: 'completed' });
  Object.assign(call(run, 1), { status: 'completed', outcome: 'voicemail', durationMs: 1000 });
  for (const each of eventsOf(run, 2)) if (each.type === 'carrier.callback') each.status = 'completed';
  Object.assign(first(run.counters), { successfulCalls: 3, failedCalls: 2, talkMs: 3000 });
}
