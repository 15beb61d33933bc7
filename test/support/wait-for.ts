import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** Default 10,000. */
  timeoutMs?: number;
  /** Default 20. */
  intervalMs?: number;
  /** What is waited for, as the failed test shall say it. */
  message?: string;
}

/**
 * Asks until the condition gives something truthy, and returns that. A condition may also throw (an `expect`, a
 * refused connection): it is asked again, and its last error is told if time runs out.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 10_000, intervalMs = 20, message = 'the condition' }: WaitOptions = {},
): Promise<NonNullable<T>> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    let reason: string;
    try {
      const value = await condition();
      if (value) return value;
      reason = `it is ${String(value)}`;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    if (Date.now() >= end) throw new Error(`Waited ${timeoutMs} ms in vain for ${message}: ${reason}`);
    await sleep(intervalMs);
  }
}
