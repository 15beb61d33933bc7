import type { CallPlan } from './call-plan.js';
import type { CallbackEvent } from './fault-kinds.js';
import type { FormParams } from './signature.js';

export const FINAL_STATUSES = ['completed', 'busy', 'no-answer', 'failed', 'canceled'] as const;
export type FinalStatus = (typeof FINAL_STATUSES)[number];
export type CallStatus = 'queued' | 'initiated' | 'ringing' | 'in-progress' | FinalStatus;

/** Where a call's TwiML comes from: the request itself, or a URL to fetch it from. */
export interface TwimlSource {
  twiml?: string;
  url?: string;
  method: 'GET' | 'POST';
}

/** The parts of a create request that matter to the call's life. */
export interface CallRequest {
  to: string;
  from: string;
  source: TwimlSource;
  statusCallback?: string;
  statusCallbackMethod: 'GET' | 'POST';
  statusCallbackEvents: readonly CallbackEvent[];
  /** How long it may ring, in seconds. */
  timeoutS: number;
  /** How long it may last, in seconds. */
  timeLimitS: number;
  detectMachine: boolean;
}

/** The callbacks of one call: they leave one after another. */
export interface CallbackLane {
  tail: Promise<void>;
  /** Told to arrive late: they follow the next one. */
  held: FormParams[];
}

/** One call the simulator accepted. Times are epoch ms. */
export interface CallRecord {
  readonly sid: string;
  /** Counts placements from 1, so calls can be put in order. */
  readonly serial: number;
  /** Counts the calls to this number from 1. */
  readonly attempt: number;
  readonly placedAt: number;
  readonly request: CallRequest;
  readonly plan: CallPlan;
  /** What the person has still to press. */
  keys: string;
  /** What it has typed into `<Gather>`s so far, each as its action was told. */
  readonly typed: { digits: string; at: number }[];
  /** How long it has talked by its TwiML, in ms at speed 1; undefined once it was given another from outside. */
  talkedMs?: number;
  /** The TwiML it follows now; a running call can be given another. */
  source: TwimlSource;
  status: CallStatus;
  readonly events: { status: CallStatus; at: number }[];
  dialedAt?: number;
  answeredAt?: number;
  endedAt?: number;
  /** Seconds talked, as the carrier would bill them at speed 1. */
  durationS?: number;
  answeredBy?: 'human' | 'machine_start';
  sipCode?: number;
  twimlError?: { code: number; message: string };
  /** Progress events so far, subscribed or not: the next callback's SequenceNumber. */
  fired: number;
  readonly callbacks: { sent: number; failed: number };
  readonly lane: CallbackLane;
  /** Callbacks with a wrong signature, and how many of those were answered below 400. */
  readonly forged: { sent: number; accepted: number };
  /** When the current stretch of its life is over, and how to call that off. */
  due: number;
  callOff: () => void;
}

const FINAL: ReadonlySet<CallStatus> = new Set(FINAL_STATUSES);

/** What calls off nothing. A call that is over holds this, not the closures of its last timer. */
export const nothingDue = (): void => undefined;

export const isOpen = (call: CallRecord): boolean => !FINAL.has(call.status);

export const updatedAt = (call: CallRecord): number => call.events.at(-1)?.at ?? call.placedAt;
