import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience {
  /** What is waited for, as the failure shall say it. */
  what: string;
  timeoutMs: number;
  everyMs: number;
  /** Ends the waiting at once. */
  signal: AbortSignal;
}

/** Asks until the answer is truthy. @throws when time is up, or when `signal` says so */
export async function until<T>(
  ask: () => T | Promise<T>,
  { what, timeoutMs, everyMs, signal }: Patience,
): Promise<NonNullable<T>> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`);
    await sleep(everyMs, undefined, { signal });
  }
}
