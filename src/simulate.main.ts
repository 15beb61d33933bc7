import 'reflect-metadata';
import { DomainError } from './common/index.js';
import { hourTable, playThrough, readSimulation, summaryText } from './forecast/index.js';

const USAGE = 'npm run simulate -- <file> [--json]';

/** Plays the campaign of a file on a virtual clock, and prints it hour by hour; with `--json` as lines of JSON. */
async function main(args: string[]): Promise<void> {
  const [path, ...others] = args.filter((arg) => arg !== '--json');
  if (path === undefined || others.length > 0) throw new UsageError(USAGE);
  const simulation = await readSimulation(path);
  const begin = performance.now();
  const result = playThrough(simulation.scenario);
  const tookMs = performance.now() - begin;
  if (args.includes('--json')) {
    const { hours, ...summary } = result;
    for (const hour of hours) console.log(JSON.stringify(hour));
    console.log(
      JSON.stringify({ summary: { name: simulation.name, ...summary, tookMs: Math.round(tookMs) } }),
    );
    return;
  }
  for (const line of hourTable(result.hours)) console.log(line);
  console.log(summaryText(result, simulation, tookMs));
}

class UsageError extends Error {}

/** What somebody can mend, in words; anything else with its stack. */
function wordsOf(error: unknown): unknown {
  if (error instanceof DomainError) {
    const fields = error.errors?.map(({ message }) => message) ?? [];
    return [error.message, ...fields].join('\n');
  }
  if (error instanceof UsageError || error instanceof SyntaxError) return error.message;
  return error instanceof Error && 'code' in error ? error.message : error;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(wordsOf(error));
  process.exitCode = 2;
});
