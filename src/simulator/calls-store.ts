import { isOpen } from './call-record.js';
import type { CallRecord } from './call-record.js';

/** Beyond so many calls the oldest ended ones are forgotten: about 2 kB each, and a demo may run for weeks. */
const MOST_KEPT = 200_000;

/** The calls as the REST API knows them: by SID, and by number so that no look-up walks through all of them. */
export class CallsStore {
  private readonly bySid = new Map<string, CallRecord>();
  private readonly byTo = new Map<string, CallRecord[]>();
  private readonly attempts = new Map<string, number>();

  add(call: CallRecord): void {
    this.bySid.set(call.sid, call);
    const siblings = this.byTo.get(call.request.to);
    if (siblings) siblings.push(call);
    else this.byTo.set(call.request.to, [call]);
    if (this.bySid.size > MOST_KEPT) this.forgetOldest();
  }

  get(sid: string): CallRecord | undefined {
    return this.bySid.get(sid);
  }

  /** Newest first; with a number only the calls to it. */
  newestFirst(to?: string): CallRecord[] {
    const calls = to === undefined ? [...this.bySid.values()] : (this.byTo.get(to) ?? []);
    return calls.toReversed();
  }

  nextAttempt(to: string): number {
    const attempt = (this.attempts.get(to) ?? 0) + 1;
    this.attempts.set(to, attempt);
    return attempt;
  }

  /** Counts attempts from one again, so that a seeded run can be repeated. */
  resetAttempts(): void {
    this.attempts.clear();
  }

  private forgetOldest(): void {
    for (const call of this.bySid.values()) {
      if (isOpen(call)) continue;
      this.bySid.delete(call.sid);
      const siblings = (this.byTo.get(call.request.to) ?? []).filter((each) => each !== call);
      if (siblings.length > 0) this.byTo.set(call.request.to, siblings);
      else this.byTo.delete(call.request.to);
      return;
    }
  }
}
