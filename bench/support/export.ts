import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { residentMb } from './proc.js';
import { rounded } from './statistics.js';

export interface Exported {
  rows: number;
  seconds: number;
  /** The most the process held while it sent, above what it held before. */
  grownMb: number;
}

const SAMPLE_MS = 50;

/** Downloads a file of one row a line and watches the memory of the process that sends it. */
export async function download(url: string, pid: number): Promise<Exported> {
  const before = await residentMb(pid);
  let most = before;
  const watching = setInterval(() => {
    void residentMb(pid).then((mb) => (most = Math.max(most, mb)));
  }, SAMPLE_MS);
  const began = performance.now();
  try {
    const [answer] = (await once(get(url), 'response')) as [IncomingMessage];
    if (answer.statusCode !== 200) throw new Error(`GET ${url}: ${answer.statusCode}`);
    let lines = 0;
    for await (const chunk of answer) lines += linesIn(chunk as Buffer);
    const seconds = rounded((performance.now() - began) / 1000, 2);
    return { rows: lines - 1, seconds, grownMb: rounded(most - before, 1) };
  } finally {
    clearInterval(watching);
  }
}

function linesIn(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
  return lines;
}
