/** How long an answer may be out of date: what another process has revoked is noticed within this time. Milliseconds. */
export const BRIEF_MS = 3000;
/** So that a storm of made-up keys cannot fill the memory. */
const MOST = 10_000;

interface Entry<T> {
  value: Promise<T>;
  /** On the monotonic clock. */
  until: number;
}

/**
 * Remembers what was read for a few seconds. What is being read counts as remembered, so that forgetting reaches
 * that too, and many requests at once read once.
 */
export class BriefCache<T> {
  private readonly entries = new Map<string, Entry<T>>();

  constructor(private readonly clock: { monotonic(): number }) {}

  get(key: string, read: () => Promise<T>): Promise<T> {
    const now = this.clock.monotonic();
    const known = this.entries.get(key);
    if (known && known.until > now) return known.value;
    const value = read();
    this.keep(key, { value, until: now + BRIEF_MS });
    value.catch(() => this.forget(key, value));
    return value;
  }

  /** Everything: what was revoked, and whatever hung on it. Revoking is rare, reading again is cheap. */
  clear(): void {
    this.entries.clear();
  }

  private keep(key: string, entry: Entry<T>): void {
    this.entries.delete(key);
    const oldest = this.entries.keys().next();
    if (this.entries.size >= MOST && !oldest.done) this.entries.delete(oldest.value);
    this.entries.set(key, entry);
  }

  private forget(key: string, value: Promise<T>): void {
    if (this.entries.get(key)?.value === value) this.entries.delete(key);
  }
}
