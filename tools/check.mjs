/**
 * `npm run check`: every check of the sources, as many at once as there are cores. What a check prints is kept together and
 * shown when it ends. All of them run, whatever fails; ends with 1 where any did.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';

/** Scripts of package.json, the longest first: alone on one core they take 53, 20, 14, 5, 3 and 0.3 s. */
const CHECKS = ['lint', 'typecheck', 'format:check', 'deps', 'unused', 'lock:check'];

/** Runs one to its end and shows it. @returns whether it passed */
async function passes(check) {
  const began = performance.now();
  const child = spawn('npm', ['run', '--silent', check], { stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => printed.push(bytes));
  const [status, signal] = await once(child, 'close');
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const verdict = status === 0 ? 'ok' : `FAILED with ${status ?? signal}`;
  const words = Buffer.concat(printed).toString().trim();
  console.log(`--- ${check}: ${verdict}, ${seconds} s${words && `\n${words}\n`}`);
  return status === 0;
}

const waiting = [...CHECKS];
const failed = [];
async function work() {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    if (!(await passes(check))) failed.push(check);
  }
}

await Promise.all(Array.from({ length: Math.min(availableParallelism(), CHECKS.length) }, work));
console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFAILED: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
