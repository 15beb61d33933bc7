/** So many calls of one claim are handed out at once … */
const AT_ONCE = 16;
/** … the others a few at a time, … */
const TOGETHER = 4;
/** … so long for each of them, milliseconds … */
const APART_MS = 3;
/** … and all of them within so long. Milliseconds. */
const WITHIN_MS = 200;

/** What is handed out together. */
export interface Handout<T> {
  items: T[];
  delayMs: number;
}

/**
 * When the calls of one claim are handed out. Calls that begin at one instant end at one, and their slots are then filled one
 * after the other, for as long as the campaign's calls are of one length: so a large claim (a start, a resume, a window that
 * opens) is spread. (50 slots with calls of 200 ms: docs/benchmarks.md.)
 */
export function spreadOut<T>(items: T[]): [Handout<T>, ...Handout<T>[]] {
  const first = { items: items.slice(0, AT_ONCE), delayMs: 0 };
  const others = items.slice(AT_ONCE);
  const apartMs = Math.min(APART_MS, WITHIN_MS / others.length);
  const starts = Array.from({ length: Math.ceil(others.length / TOGETHER) }, (_, nth) => nth * TOGETHER);
  return [
    first,
    ...starts.map((start) => {
      const together = others.slice(start, start + TOGETHER);
      return { items: together, delayMs: (start + together.length) * apartMs };
    }),
  ];
}
