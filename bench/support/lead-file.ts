import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { newId } from '../../src/common/index.js';
import { parsePhoneNumber } from '../../src/compliance/index.js';

/** Exchange 555 beyond 01XX: no carrier has these numbers. They are stored here and never dialled. */
const PER_AREA = 10_000;
/** 555-1212 and 555-4334 are kept for services. */
const SERVICES = new Set([1212, 4334]);
/** A step that meets each of the numbers once, far from their order, as lists of people are. */
const STEP = 7_368_787;
const ROWS_AT_ONCE = 2000;

export interface LeadFiles {
  rows: number;
  csv: string;
  /** The same rows as Postgres's COPY takes them, ids included; `campaignId` in each. */
  copy: string;
}

/** Writes the same leads twice: as CSV, and parsed. */
export async function writeLeadFiles(files: LeadFiles, campaignId: string): Promise<void> {
  const areas = dialableAreas();
  const numbers = areas.length * PER_AREA;
  const numberOf = (row: number): string => {
    const place = (row * STEP) % numbers;
    return `+1${areas[Math.floor(place / PER_AREA)] ?? ''}555${String(place % PER_AREA).padStart(4, '0')}`;
  };
  const isService = (number: string) => SERVICES.has(Number(number.slice(-4)));
  const all = { rows: files.rows, numberOf, isService };
  await write(files.csv, lines(all, csvLine, 'phoneNumber,name,priority,metadata\n'));
  await write(
    files.copy,
    lines(all, (number, row) => copyLine(campaignId, number, row), ''),
  );
}

interface Numbers {
  rows: number;
  numberOf: (row: number) => string;
  isService: (number: string) => boolean;
}

function* lines(
  { rows, numberOf, isService }: Numbers,
  line: (number: string, row: number) => string,
  head: string,
): Generator<string> {
  let text = head;
  for (let at = 0, row = 0; row < rows; at += 1) {
    const number = numberOf(at);
    if (isService(number)) continue;
    text += line(number, row);
    row += 1;
    if (row % ROWS_AT_ONCE > 0) continue;
    yield text;
    text = '';
  }
  yield text;
}

function csvLine(number: string, row: number): string {
  return `${number},Person ${row},${row % 10},"{""source"":""list"",""row"":${row}}"\n`;
}

function copyLine(campaignId: string, number: string, row: number): string {
  const metadata = JSON.stringify({ source: 'list', row });
  return `${newId()}\t${campaignId}\t${number}\tPerson ${row}\t${row % 10}\t${metadata}\n`;
}

function write(path: string, text: Iterable<string>): Promise<void> {
  return pipeline(Readable.from(text), createWriteStream(path, { mode: 0o600 }));
}

function dialableAreas(): number[] {
  const areas = Array.from({ length: 800 }, (_, i) => 200 + i);
  return areas.filter(
    (area) => parsePhoneNumber(`+1${area}5550100`).ok && parsePhoneNumber(`+1${area}5559999`).ok,
  );
}
