import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';

/** This file runs compiled, from dist/bench. */
const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'benchmarks.md');

/**
 * Puts the latest result of a scenario on the page, between the marks that name it.
 * @param loadBefore the machine's load average (1 minute) before the bench added its own
 * @throws where the marks are missing
 */
export async function writeReport(
  scenario: string,
  args: string[],
  line: Record<string, unknown>,
  loadBefore: number,
): Promise<void> {
  const key = [
    scenario,
    ...args.filter((arg, i) => arg.startsWith('--workers') || args[i - 1] === '--workers'),
  ];
  const [begin, end] = [`<!-- ${key.join(' ')} -->`, `<!-- /${key.join(' ')} -->`];
  const page = await readFile(PAGE, 'utf8');
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no place for it: ${begin} … ${end}`);
  const before = page.slice(0, from + begin.length);
  await writeFile(PAGE, `${before}\n${textOf(args, line, loadBefore)}\n${page.slice(to)}`);
}

function textOf(args: string[], line: Record<string, unknown>, loadBefore: number): string {
  const command = ['npm run bench --', ...args.filter((arg) => arg !== '--write')].join(' ');
  const rows = Object.entries(line).map(([name, value]) => `| ${name} | ${wordsOf(value)} |`);
  return [
    `\`${command}\`, ${dateAndMachine()}, load average before it ${loadBefore.toFixed(1)}:`,
    '',
    '| | |',
    '|---|---|',
    ...rows,
  ].join('\n');
}

function wordsOf(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value);
}

function dateAndMachine(): string {
  const [first] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, ${cpus().length} × ${first?.model ?? 'CPU'}, ${memory}, Linux ${release()}, Node ${process.version}`;
}
