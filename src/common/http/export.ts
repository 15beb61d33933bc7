import { stringify } from 'csv-stringify/sync';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { guardFormula } from '../formula.js';
import { keepScope } from '../request-scope.js';

export const EXPORT_FORMATS = ['csv', 'jsonl'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const EXPORT_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/x-ndjson; charset=utf-8',
};

type Value = string | number | boolean | Date | object | null;

/** The columns of an export, in order, and how each is read from a row. */
export type ExportColumns<Row> = Readonly<Record<string, (row: Row) => Value>>;

export interface Export<Row> {
  /** Without its ending. */
  name: string;
  format: ExportFormat;
  columns: ExportColumns<Row>;
  batches: AsyncGenerator<Row[], void, undefined>;
}

/**
 * Streams rows as a file, batch by batch, no faster than the client reads: memory does not grow with the rows. A
 * client that goes away ends the reading. What fails before the first byte is answered in the envelope; after it,
 * the connection is cut, so that half a file is never taken for a whole one.
 */
export async function sendExport<Row>(
  response: ServerResponse,
  { name, format, columns, batches }: Export<Row>,
) {
  const chunks = chunksOf(format, columns, keepScope(batches));
  const first = await chunks.next();
  response.statusCode = 200;
  response.setHeader('Content-Type', EXPORT_TYPES[format]);
  response.setHeader('Content-Disposition', `attachment; filename="${name}.${format}"`);
  response.setHeader('Cache-Control', 'no-store');
  try {
    await pipeline(Readable.from(startingWith(first, chunks)), response);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

async function* chunksOf<Row>(
  format: ExportFormat,
  columns: ExportColumns<Row>,
  batches: AsyncGenerator<Row[], void, undefined>,
): AsyncGenerator<string, void, undefined> {
  const names = Object.keys(columns);
  const read = Object.values(columns);
  // With the first rows, not before them: while nothing is sent a failure can still be answered.
  let header = format === 'csv' ? stringify([names]) : '';
  for await (const rows of batches) {
    const values = rows.map((row) => read.map((of) => of(row)));
    const isCsv = format === 'csv';
    yield (
      header +
      (isCsv
        ? stringify(values.map((row) => row.map(cellOf)))
        : values.map((row) => lineOf(names, row)).join(''))
    );
    header = '';
  }
}

/** A cell: nothing for null, ISO 8601 for a date, JSON for an object. */
function cellOf(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'string') return guardFormula(value);
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function lineOf(names: string[], values: Value[]): string {
  return `${JSON.stringify(Object.fromEntries(names.map((name, i) => [name, values[i]])))}\n`;
}

async function* startingWith(
  first: IteratorResult<string, void>,
  rest: AsyncGenerator<string, void, undefined>,
): AsyncGenerator<string, void, undefined> {
  try {
    if (first.done !== true) yield first.value;
    yield* rest;
  } finally {
    // `yield*` ends `rest` only once it is reached.
    await rest.return();
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
