import { setImmediate as breathe } from 'node:timers/promises';

/** Rows handled before others get the processor: reading a number takes 10 to 25 µs, so some 5 ms. */
const SLICE = 200;

/** Handles a long list without keeping carrier callbacks waiting. */
export async function inSlices<T>(
  items: readonly T[],
  handle: (item: T, index: number) => void,
): Promise<void> {
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % SLICE === 0) await breathe();
    handle(item, index);
  }
}
