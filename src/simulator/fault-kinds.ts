/** What the simulator can be told to do wrong to a request of the REST API, and at which moment. */
export const REQUEST_FAULTS = {
  'http-429': { stage: 'before', act: 'answer', status: 429, code: 20429 },
  'http-500': { stage: 'before', act: 'answer', status: 500, code: 20500 },
  'http-503': { stage: 'before', act: 'answer', status: 503, code: 20503 },
  'reset-before-placing': { stage: 'before', act: 'reset' },
  hang: { stage: 'before', act: 'hang' },
  '500-but-placed': { stage: 'after', act: 'answer', status: 500, code: 20500 },
  'reset-after-placing': { stage: 'after', act: 'reset' },
  'hang-but-placed': { stage: 'after', act: 'hang' },
  'garbled-201': { stage: 'after', act: 'garble' },
  slow: { stage: 'after', act: 'wait' },
  'list-lag': { stage: 'after', act: 'lag' },
} as const satisfies Record<string, RequestFault>;

type RequestFault =
  | { stage: 'before' | 'after'; act: 'answer'; status: number; code: number }
  | { stage: 'before' | 'after'; act: 'reset' | 'hang' | 'garble' | 'wait' | 'lag' };

export type RequestFaultKind = keyof typeof REQUEST_FAULTS;

export const CALLBACK_FAULTS = [
  'drop-callback',
  'duplicate-callback',
  'delay-callback',
  'reorder-callback',
] as const;

/** Sent beside the true callbacks, whatever strikes those. */
export const FORGERY = 'forge-callback';

export type CallbackFaultKind = (typeof CALLBACK_FAULTS)[number];

export const OPERATIONS = ['create', 'fetch', 'list', 'update'] as const;
export type Operation = (typeof OPERATIONS)[number];

export const CALLBACK_EVENTS = ['initiated', 'ringing', 'answered', 'completed'] as const;
export type CallbackEvent = (typeof CALLBACK_EVENTS)[number];

/** One rule of misbehaviour; the first rule that applies wins. */
export interface FaultRule {
  kind: RequestFaultKind | CallbackFaultKind | typeof FORGERY;
  match?: {
    /** Only for this number (E.164). */
    to?: string;
    /** Request faults: only for this operation; if left out `create`, for `list-lag` `list`. */
    on?: Operation;
    /** Callback faults: only for this event. */
    event?: CallbackEvent;
  };
  /** The share of matching requests or callbacks it strikes, seeded; 1 if left out. */
  share?: number;
  /** It strikes so many times and never again; without end if left out. */
  times?: number;
  /** Real ms, not divided by `speed`: for `slow`, `delay-callback` and `list-lag`; 1000 if left out. */
  delayMs?: number;
}

export const isCallbackFault = (kind: FaultRule['kind']): kind is CallbackFaultKind =>
  CALLBACK_FAULTS.some((each) => each === kind);

export const isRequestFault = (kind: FaultRule['kind']): kind is RequestFaultKind => kind in REQUEST_FAULTS;
