import { appendFileSync } from 'node:fs';

/** A late timer says how long the event loop was held. Milliseconds. */
const EVERY_MS = 2;
/** Shorter ones are no stalls. */
const LEAST_MS = 5;

/** Loaded into a process of the app (`--import`): writes down each stall of its event loop, when it ended and how long it was. */
function watch(path: string): void {
  let expected = performance.now() + EVERY_MS;
  setInterval(() => {
    const late = performance.now() - expected;
    if (late >= LEAST_MS) appendFileSync(path, `${Date.now()} ${late.toFixed(1)}\n`);
    expected = performance.now() + EVERY_MS;
  }, EVERY_MS).unref();
}

const { LOOP_WATCH } = process.env;
if (LOOP_WATCH) watch(LOOP_WATCH);
