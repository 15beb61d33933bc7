import TinyQueue from 'tinyqueue';
import type { BlockedReason } from '../../leads/index.js';
import type { VirtualLead } from './scenario.js';

interface Waiting {
  lead: VirtualLead;
  reason: BlockedReason;
}

/**
 * The pending leads: those that are ready, in the order of calling, and those that wait, by their time. The heaps hold bare
 * numbers: comparing leads in them took a third of a run's time.
 */
export class LeadQueue {
  /** By rank. */
  private readonly leads: VirtualLead[] = [];
  private readonly ready = new TinyQueue<number>();
  private readonly times = new TinyQueue<number>();
  private readonly waiting = new Map<number, Waiting[]>();
  private readonly counts = new Map<BlockedReason, number>();
  private waitingCount = 0;

  get readyCount(): number {
    return this.ready.length;
  }

  get pendingCount(): number {
    return this.ready.length + this.waitingCount;
  }

  /** When the next lead becomes ready; epoch ms; Infinity: none waits. */
  get nextWake(): number {
    return this.times.peek() ?? Infinity;
  }

  /** Leads that wait, by reason. */
  get blocked(): Partial<Record<BlockedReason, number>> {
    return Object.fromEntries([...this.counts].filter(([, count]) => count > 0));
  }

  add(lead: VirtualLead): void {
    this.leads[lead.rank] = lead;
    this.ready.push(lead.rank);
  }

  wait(lead: VirtualLead, until: number, reason: BlockedReason): void {
    const others = this.waiting.get(until);
    if (others) others.push({ lead, reason });
    else {
      this.waiting.set(until, [{ lead, reason }]);
      this.times.push(until);
    }
    this.waitingCount += 1;
    this.count(reason, 1);
  }

  /** Makes all ready whose time has come. */
  wake(now: number): void {
    while (this.nextWake <= now) {
      const time = this.times.pop() ?? now;
      const woken = this.waiting.get(time) ?? [];
      this.waiting.delete(time);
      this.waitingCount -= woken.length;
      for (const { lead, reason } of woken) {
        this.count(reason, -1);
        this.add(lead);
      }
    }
  }

  take(): VirtualLead | undefined {
    const rank = this.ready.pop();
    return rank === undefined ? undefined : this.leads[rank];
  }

  private count(reason: BlockedReason, by: number): void {
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + by);
  }
}
