import type { Campaign, NumberCap } from '../../campaigns/index.js';
import type { Zones } from '../../compliance/index.js';
import type { AgentLoad, BreakerSettings, CallerId, RateTable } from '../../dialer/index.js';
import type { BlockedReason } from '../../leads/index.js';
import type { Settings } from '../../simulator/index.js';

/** The rules of a campaign that is played. Durations in ms. */
export interface VirtualCampaign extends Pick<
  Campaign,
  | 'maxConcurrent'
  | 'callDelay'
  | 'agentStrategy'
  | 'retryFailed'
  | 'retryAttempts'
  | 'retryDelay'
  | 'retryRules'
  | 'callingWindow'
  | 'rulePack'
  | 'localPresence'
  | 'endAt'
> {
  maxAttemptsPerNumber: NumberCap | null;
  /** 1 to 100. */
  weight: number;
  /** Null: any number. */
  maxCalls: number | null;
  /** Micros; null: anything. */
  maxSpend: number | null;
}

/** What the lead is when the run begins. */
export interface ScenarioLead {
  /** E.164. */
  phoneNumber: string;
  /** IANA; null: any its number can be in. */
  timezone: string | null;
  /** Higher is called first; at equal priority the order of the list counts. */
  priority: number;
  /** Attempts that count already. */
  attempts: number;
  isSuppressed: boolean;
  /** Not ready before then; epoch ms. */
  waits: { until: number; reason: BlockedReason } | null;
  /** Of its clock, where that is known already: looking it up takes up to 5 µs. */
  zones?: Zones;
  /** How often its calls have ended so, by outcome; where there are retry rules. */
  outcomes?: Readonly<Record<string, number>>;
  /** When its number was called, in order; epoch ms; where there is a cap per number. */
  placedAt?: readonly number[];
}

/** The carrier's account. */
export interface VirtualAccount {
  /** Calls open at once; null: no cap. */
  maxConcurrent: number | null;
  /** Calls per second; null: no limit. */
  cps: number | null;
  callerIds: readonly CallerId[];
  rates: RateTable;
  ringTimeoutS: number;
  callTimeLimitS: number;
  machineDetection: boolean;
  breaker: BreakerSettings;
}

/** Everything a virtual run depends on: the same scenario always plays the same. */
export interface Scenario {
  campaign: VirtualCampaign;
  leads: readonly ScenarioLead[];
  /** In the order of their ids; empty: the default agent, which has no cap. */
  agents: readonly AgentLoad[];
  account: VirtualAccount;
  carrier: Settings;
  /** Milliseconds that what an answered call hears takes; null: as long as the carrier's settings draw. */
  playMs: number | null;
  start: Date;
  /** Each call holds its slot for so many calls like it; 1: it stands for itself. */
  callsEach: number;
  /** Calls that count against maxCalls already, and micros against maxSpend. */
  used: { placed: number; spent: number };
}

/** A lead while it is played. */
export interface VirtualLead {
  source: ScenarioLead;
  /** E.164. */
  phoneNumber: string;
  /** Its place in the order of calling. */
  rank: number;
  id: string;
  zones: Zones;
  /** What it was called from last, E.164. */
  lastNumber: string | null;
  attempts: number;
  /** How often its calls have ended so; null: never yet. */
  ended: Map<string, number> | null;
  /** When its number was called, in order, epoch ms; null: never yet. */
  calledAt: number[] | null;
}
