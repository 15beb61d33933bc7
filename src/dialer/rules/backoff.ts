const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** Milliseconds to wait before the same call is tried again: doubling, half of it by chance. */
export function backoffMs(tries: number, random: () => number = Math.random): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries, 16));
  return full / 2 + (random() * full) / 2;
}
