import { Agent, get } from 'node:http';
import { median, rounded } from './statistics.js';

/** One way to read something. */
export type Reading = () => Promise<unknown>;

const AGENT = new Agent({ keepAlive: true, maxSockets: 1 });

/** GETs over one kept-alive connection: connecting would be half of what is measured. @throws unless 200 */
export function getting(url: string): Reading {
  return () =>
    new Promise<void>((resolve, reject) => {
      get(url, { agent: AGENT }, (answer) => {
        answer.once('end', () => {
          if (answer.statusCode === 200) resolve();
          else reject(new Error(`GET ${url}: ${answer.statusCode}`));
        });
        answer.once('error', reject).resume();
      }).once('error', reject);
    });
}

/**
 * The median of each, in ms. They take turns, so that a noisy minute of the machine meets all of them.
 * @param times how often each is read; the first tenth is not measured
 */
export async function mediansOf(
  readings: Record<string, Reading>,
  times: number,
): Promise<Record<string, number>> {
  const taken = new Map<string, number[]>(Object.keys(readings).map((name) => [name, []]));
  for (let turn = -Math.ceil(times / 10); turn < times; turn += 1) {
    for (const [name, read] of Object.entries(readings)) {
      const began = performance.now();
      await read();
      if (turn >= 0) taken.get(name)?.push(performance.now() - began);
    }
  }
  return Object.fromEntries([...taken].map(([name, ms]) => [name, rounded(median(ms), 2)]));
}
