import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Progress } from '../dialer/index.js';
import { CallbackTalliesRepository } from './callback-tallies.repository.js';

/** What became of a callback: applied, or why it changed nothing. */
export type CallbackResult = Progress | 'bad_signature' | 'wrong_account' | 'nonsense';

const CALLBACK_RESULTS: CallbackResult[] = [
  'applied',
  'duplicate',
  'ignored',
  'unknown_call',
  'bad_signature',
  'wrong_account',
  'nonsense',
];

const WRITE_EVERY_MS = 1000;

/** Counts callbacks. Written once a second at most, so that a flood of forged ones costs the database nothing. */
@Injectable()
export class CallbackTallies implements BeforeApplicationShutdown {
  private readonly log = new Logger(CallbackTallies.name);
  private counts = new Map<CallbackResult, number>();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly tallies: CallbackTalliesRepository) {}

  count(result: CallbackResult): void {
    this.counts.set(result, (this.counts.get(result) ?? 0) + 1);
    this.timer ??= setTimeout(() => void this.write(), WRITE_EVERY_MS);
  }

  async totals(): Promise<Record<CallbackResult, number>> {
    await this.write();
    const totals = await this.tallies.totals();
    const entries = CALLBACK_RESULTS.map((result) => [result, totals.get(result) ?? 0] as const);
    return Object.fromEntries(entries) as Record<CallbackResult, number>;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.write();
  }

  /** What cannot be written now is counted again the next time. */
  private async write(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const counts = this.counts;
    if (counts.size === 0) return;
    this.counts = new Map();
    try {
      await this.tallies.add(counts);
    } catch (error) {
      this.log.warn(`Callback numbers could not be written: ${String(error)}`);
      for (const [result, n] of counts) this.counts.set(result, (this.counts.get(result) ?? 0) + n);
    }
  }
}
