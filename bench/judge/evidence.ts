/**
 * What a run left behind, as plain data. All times are epoch ms with fractions; the database, the simulated carrier
 * and the runner share one machine's clock.
 */
export interface Evidence {
  campaigns: CampaignFact[];
  agents: { id: string; maxConcurrentCalls: number }[];
  account: AccountLimits;
  /** Leads whose adding was acknowledged: each must still be there. */
  promised: { campaignId: string; phoneNumber: string }[];
  leads: LeadFact[];
  calls: CallFact[];
  /** In the order of their ids. */
  events: EventFact[];
  /** One per campaign, its shards summed. */
  counters: CounterFact[];
  ledger: LedgerFact;
  operations: Operation[];
  suppressions: ListOperation[];
}

export interface AccountLimits {
  /** Calls per second; null: none. */
  cps: number | null;
  maxConcurrent: number | null;
}

export interface CampaignFact {
  id: string;
  status: string;
  maxConcurrent: number;
  /** Milliseconds between two placements; 0: none. */
  callDelay: number;
  retryFailed: boolean;
  /** Extra attempts after the first, where `retryFailed`. */
  retryAttempts: number;
  /** Set: they hold instead of the two above. */
  retryRules: { on: string; attempts: number }[] | null;
  completedAt: number | null;
}

export interface LeadFact {
  id: string;
  campaignId: string;
  phoneNumber: string;
  status: string;
  reason: string | null;
  createdAt: number;
}

/** A row of `calls`. */
export interface CallFact {
  id: string;
  campaignId: string;
  leadId: string | null;
  agentId: string | null;
  phoneNumber: string;
  attempt: number;
  status: string;
  outcome: string | null;
  carrierSid: string | null;
  durationMs: number | null;
  errorCode: string | null;
  endedAt: number | null;
}

/** A row of `call_events`. */
export interface EventFact {
  callId: string;
  type: string;
  status: string | null;
  at: number;
}

export interface CounterFact {
  campaignId: string;
  pending: number;
  calling: number;
  completed: number;
  failed: number;
  successfulCalls: number;
  failedCalls: number;
  talkMs: number;
}

/** What the carrier itself says it did. */
export interface LedgerFact {
  placements: PlacementFact[];
  open: number;
  maxOpen: number;
}

export interface PlacementFact {
  sid: string;
  to: string;
  placedAt: number;
  endedAt: number | null;
  status: string;
  /** Its path names the call. */
  statusCallback: string | null;
  events: { status: string; at: number }[];
  /** Wrongly signed callbacks, and how many of them were taken for good. */
  forged?: { sent: number; accepted: number };
}

/** What an operator asked of the API. */
export interface Operation {
  campaignId: string;
  action: 'start' | 'resume' | 'pause' | 'stop';
  askedAt: number;
  /** When the answer was here, or when it was clear that none will come. */
  answeredAt: number;
  /** The HTTP status; null: the answer was lost, and it may or may not have been done. */
  status: number | null;
}

/** What an operator asked of the do-not-call list. */
export interface ListOperation {
  phoneNumber: string;
  /** null: for every campaign. */
  campaignId: string | null;
  action: 'suppress' | 'lift';
  askedAt: number;
  /** As an operation's. */
  answeredAt: number;
  status: number | null;
}

/** A broken invariant. */
export interface Violation {
  /** Its number in the design document. */
  invariant: number;
  /** Which check found it, e.g. `one-placement`. */
  rule: string;
  /** What is wrong, as a sentence. */
  sentence: string;
  /** The rows and times that show it. */
  evidence: Record<string, unknown>;
}

/** A rule reads the evidence and tells what is wrong with it. */
export type Rule = (docket: Docket) => Violation[];

/** The evidence with its cross-references drawn once. */
export interface Docket extends Evidence {
  campaignById: ReadonlyMap<string, CampaignFact>;
  callById: ReadonlyMap<string, CallFact>;
  eventsByCall: ReadonlyMap<string, EventFact[]>;
  /** In the order of placing. */
  placed: Placed[];
}

/** A placement with the row that its callback URL names. */
export interface Placed extends PlacementFact {
  callId: string | null;
  call: CallFact | null;
}
