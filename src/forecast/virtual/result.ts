import type { CallOutcome } from '../../calls/index.js';
import type { BlockedReason } from '../../leads/index.js';
import type { HourRow } from './hours.js';

/** How a run ended, by the campaign's own words. */
export type RunEnd =
  /** No lead is left. */
  | { status: 'completed'; reason: null }
  /** `endAt` came. */
  | { status: 'stopped'; reason: 'END_REACHED' }
  /** A limit, the carrier, or a window that never opens. */
  | { status: 'paused'; reason: string }
  /** Leads are left, and nothing will ever call them: no caller ID, no active agent. */
  | { status: 'stuck'; reason: string };

/** What came of a run. */
export interface RunResult {
  /** ISO 8601. */
  startedAt: string;
  finishedAt: string;
  end: RunEnd;
  calls: Record<CallOutcome, number> & {
    /** Accepted by the carrier. */
    placed: number;
    /** Refused by it, for the number's fault; nothing rang. */
    refused: number;
  };
  /** By estimate, in the currency of the rates. */
  spend: number;
  /** Milliseconds. */
  talkMs: number;
  /** Leads by what became of them, and why. */
  leads: {
    completed: Record<string, number>;
    failed: Record<string, number>;
    /** Still waiting, by what they wait for; `ready`: for their turn. */
    pending: Partial<Record<BlockedReason | 'ready', number>>;
  };
  openPeak: number;
  hours: HourRow[];
}
