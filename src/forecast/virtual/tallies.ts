import type { CallOutcome } from '../../calls/index.js';
import type { LeadVerdict } from '../../dialer/index.js';
import type { RunResult } from './result.js';

/** Counts what a run comes to. */
export class Tallies {
  readonly calls: RunResult['calls'] = {
    ...{ placed: 0, refused: 0 },
    ...{ answered: 0, voicemail: 0, busy: 0, no_answer: 0, failed: 0, canceled: 0 },
  };
  readonly completed: Record<string, number> = {};
  readonly failed: Record<string, number> = {};
  openPeak = 0;
  talkMs = 0;
  /** When a call began or ended last; epoch ms. */
  lastAt: number;

  constructor(start: number) {
    this.lastAt = start;
  }

  placed(open: number, at: number): void {
    this.calls.placed += 1;
    this.openPeak = Math.max(this.openPeak, open);
    this.lastAt = at;
  }

  ended(outcome: CallOutcome, talkMs: number | null, at: number): void {
    this.calls[outcome] += 1;
    this.talkMs += talkMs ?? 0;
    this.lastAt = at;
  }

  leadEnded({ status, reason }: Pick<LeadVerdict, 'status' | 'reason'>): void {
    const counts = status === 'completed' ? this.completed : this.failed;
    const name = reason ?? 'unknown';
    counts[name] = (counts[name] ?? 0) + 1;
  }
}
