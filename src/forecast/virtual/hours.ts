import type { CallOutcome } from '../../calls/index.js';
import type { BlockedReason } from '../../leads/index.js';
import { fromMicros } from '../../common/index.js';

const HOUR_MS = 3_600_000;

/** One hour of a run, UTC. */
export interface HourRow {
  /** When it begins, ISO 8601. */
  hour: string;
  /** Calls placed in it. */
  placed: number;
  /** Calls that ended in it, by outcome. */
  answered: number;
  voicemail: number;
  busy: number;
  noAnswer: number;
  failed: number;
  /** The most calls open at once. */
  openPeak: number;
  /** Calls open on average. */
  slotsUsed: number;
  /** Leads that waited when it ended, by reason. */
  blocked: Partial<Record<BlockedReason, number>>;
  /** What the calls that ended in it cost by estimate. */
  spend: number;
}

const COLUMN: Partial<Record<CallOutcome, 'answered' | 'voicemail' | 'busy' | 'noAnswer' | 'failed'>> = {
  answered: 'answered',
  voicemail: 'voicemail',
  busy: 'busy',
  no_answer: 'noAnswer',
  failed: 'failed',
};

/** The books of a run, hour by hour. */
export class Hours {
  private readonly rows: HourRow[] = [];
  private row: HourRow;
  private begin: number;
  private micros = 0;
  private openMs = 0;
  private last: number;

  constructor(
    start: number,
    private readonly blocked: () => HourRow['blocked'],
  ) {
    this.begin = Math.floor(start / HOUR_MS) * HOUR_MS;
    this.last = start;
    this.row = emptyRow(this.begin, 0);
  }

  /** Time passes, with so many calls open. */
  pass(now: number, open: number): void {
    while (now >= this.begin + HOUR_MS) {
      const end = this.begin + HOUR_MS;
      this.openMs += (end - this.last) * open;
      this.last = end;
      this.close();
      this.begin = end;
      this.row = emptyRow(end, open);
    }
    this.openMs += (now - this.last) * open;
    this.last = now;
  }

  placed(open: number): void {
    this.row.placed += 1;
    this.row.openPeak = Math.max(this.row.openPeak, open);
  }

  /** @param micros what it cost */
  ended(outcome: CallOutcome, micros: number): void {
    const column = COLUMN[outcome];
    if (column) this.row[column] += 1;
    this.micros += micros;
  }

  /** All rows, the hour under way the last of them. */
  all(): HourRow[] {
    return [...this.rows, this.closed()];
  }

  private close(): void {
    this.rows.push(this.closed());
    this.openMs = 0;
    this.micros = 0;
  }

  private closed(): HourRow {
    const slotsUsed = Math.round((this.openMs / HOUR_MS) * 100) / 100;
    return { ...this.row, slotsUsed, blocked: this.blocked(), spend: fromMicros(this.micros) };
  }
}

function emptyRow(begin: number, open: number): HourRow {
  const hour = new Date(begin).toISOString();
  const outcomes = { answered: 0, voicemail: 0, busy: 0, noAnswer: 0, failed: 0 };
  return { hour, placed: 0, ...outcomes, openPeak: open, slotsUsed: 0, blocked: {}, spend: 0 };
}
