import type { HourRow } from '../virtual/hours.js';
import type { RunResult } from '../virtual/result.js';
import type { Simulation } from './read-file.js';

type Column = [title: string, width: number, cell: (row: HourRow) => string | number];

const COLUMNS: Column[] = [
  ['hour (UTC)', 16, ({ hour }) => hour.slice(0, 16).replace('T', ' ')],
  ['placed', 7, ({ placed }) => placed],
  ['answered', 9, ({ answered }) => answered],
  ['voicemail', 10, ({ voicemail }) => voicemail],
  ['busy', 6, ({ busy }) => busy],
  ['no_answer', 10, ({ noAnswer }) => noAnswer],
  ['failed', 7, ({ failed }) => failed],
  ['peak', 6, ({ openPeak }) => openPeak],
  ['slots', 8, ({ slotsUsed }) => slotsUsed.toFixed(2)],
  ['spend', 10, ({ spend }) => spend.toFixed(2)],
  ['blocked', 8, ({ blocked }) => `  ${wordsOf(blocked)}`],
];

/** A line of text per hour. */
export function* hourTable(hours: readonly HourRow[]): Generator<string> {
  yield COLUMNS.map(([title, width]) => title.padStart(width)).join(' ');
  for (const row of hours) {
    yield COLUMNS.map(([, width, cell]) => String(cell(row)).padStart(width))
      .join(' ')
      .trimEnd();
  }
}

/** What it all came to. @param tookMs milliseconds that playing it took */
export function summaryText(result: RunResult, { name, refusedLeads }: Simulation, tookMs: number): string {
  const { calls, leads, end } = result;
  const { placed, refused, ...outcomes } = calls;
  const why = end.reason === null ? '' : ` (${end.reason})`;
  return [
    '',
    `${name}: ${end.status}${why} at ${result.finishedAt}, ${daysBetween(result)} days after its start`,
    `calls:   ${placed} placed: ${wordsOf(outcomes)}${refused > 0 ? `; ${refused} refused by the carrier` : ''}`,
    `leads:   completed: ${wordsOf(leads.completed)}; failed: ${wordsOf(leads.failed)}; pending: ${wordsOf(leads.pending)}`,
    ...(refusedLeads > 0 ? [`         ${refusedLeads} rows were left out: no numbers, or there before`] : []),
    `spend:   ${result.spend.toFixed(2)} by estimate; talked ${(result.talkMs / 3_600_000).toFixed(1)} h; at most ${result.openPeak} calls open`,
    `played in ${(tookMs / 1000).toFixed(2)} s`,
  ].join('\n');
}

function wordsOf(counts: Readonly<Record<string, number | undefined>>): string {
  const words = Object.entries(counts).flatMap(([name, count]) => (count ? [`${name} ${count}`] : []));
  return words.join(', ') || 'none';
}

function daysBetween({ startedAt, finishedAt }: RunResult): string {
  return ((Date.parse(finishedAt) - Date.parse(startedAt)) / 86_400_000).toFixed(2);
}
