import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './root.js';
import { largest } from './statistics.js';

const PRELOAD = join(ROOT, 'dist', 'bench', 'support', 'loop-watch.main.js');

/** Settings with which each process of a house writes the stalls of its event loop into that file. */
export function watchedLoop(path: string): Record<string, string> {
  return { NODE_OPTIONS: `--import=${pathToFileURL(PRELOAD).href}`, LOOP_WATCH: path };
}

/** @returns the longest stall that ended between two times (epoch ms), 0 for none worth writing down. Milliseconds */
export async function longestStall(path: string, from: number, to: number): Promise<number> {
  const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n');
  const stalls = lines.map((line) => line.split(' ').map(Number));
  const within = stalls.filter(([at = NaN]) => at >= from && at <= to);
  return Math.max(0, largest(within.map(([, ms = NaN]) => ms)));
}
