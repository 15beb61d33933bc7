import type { CallStatus } from './call.states.js';

/** A fact to be written down about a call. */
export interface NewCallEvent {
  callId: string;
  /** `call.claimed`, `call.dialing`, `carrier.callback`, … */
  type: string;
  /** The call's status after it, when the fact is about that. */
  status?: CallStatus;
  /** Equal keys on one call are one event told twice: the second is dropped. */
  dedupeKey?: string;
  data?: Record<string, unknown>;
}
