import { setImmediate as breathe } from 'node:timers/promises';
import type { RunResult } from '../virtual/result.js';
import type { Scenario } from '../virtual/scenario.js';
import { VirtualRun } from '../virtual/virtual-run.js';

/** Callbacks and other requests wait so long at each of their ways to the database and back: at 8 a read took up to 80 ms. */
const SLICE_MS = 3;

/** What came of a run so far. */
export interface Played {
  result: RunResult;
  /** It takes too long: it was given up before its end. */
  isCut: boolean;
}

/**
 * Plays in slices, so that callbacks and other requests go on.
 * @param budgetMs of the processor, for all slices together; what others take meanwhile is not counted. A campaign of 4,000 leads
 * with 100 retries each takes half a minute.
 */
export async function playInSlices(scenario: Scenario, budgetMs: number): Promise<Played> {
  let begin = performance.now();
  let used = process.cpuUsage();
  let left = budgetMs;
  const run = new VirtualRun(scenario);
  while (run.step()) {
    if (performance.now() - begin < SLICE_MS) continue;
    left -= process.cpuUsage(used).user / 1000;
    if (left <= 0) return { result: run.result(), isCut: true };
    await breathe();
    begin = performance.now();
    used = process.cpuUsage();
  }
  return { result: run.result(), isCut: false };
}
