import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './support/root.js';

const PAGE = join(ROOT, 'docs', 'benchmarks.md');

interface Place {
  page: string;
  from: number;
  to: number;
}

/**
 * Where the result of a scenario stands on the page: between the marks that name it.
 * @throws where the marks are missing
 */
export async function placeOf(scenario: string, args: string[]): Promise<Place> {
  const workers = args.filter((arg, i) => arg.startsWith('--workers') || args[i - 1] === '--workers');
  const key = [scenario, ...workers].join(' ');
  const [begin, end] = [`<!-- ${key} -->`, `<!-- /${key} -->`];
  const page = await readFile(PAGE, 'utf8');
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no place for it: ${begin} … ${end}`);
  return { page, from: from + begin.length, to };
}

/**
 * Puts the latest result of a scenario on the page.
 * @param loadBefore the machine's load average (1 minute) before the bench added its own
 */
export async function writeReport(
  scenario: string,
  args: string[],
  line: Record<string, unknown>,
  loadBefore: number,
): Promise<void> {
  const { page, from, to } = await placeOf(scenario, args);
  await writeFile(PAGE, `${page.slice(0, from)}\n${textOf(args, line, loadBefore)}\n${page.slice(to)}`);
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
  if (Array.isArray(value)) return value.map((each) => wordsOf(each)).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, each]) => `${name} ${wordsOf(each)}`)
    .join(', ');
}

function dateAndMachine(): string {
  const [first] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, ${cpus().length} × ${first?.model ?? 'CPU'}, ${memory}, Linux ${release()}, Node ${process.version}`;
}
