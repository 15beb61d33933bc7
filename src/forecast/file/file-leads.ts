import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { invalidInput } from '../../common/index.js';
import { openCsv } from '../../imports/index.js';
import { checkEntry, LeadColumns, makeLead } from '../../leads/index.js';
import type { ScenarioLead } from '../virtual/scenario.js';
import { freshLead } from './fresh-lead.js';
import { makeUpLeads } from './made-up-leads.js';

const MOST_LEADS = 1_000_000;
type Fields = Parameters<typeof makeLead>[0];

/** The leads of a simulation. */
export interface FileLeads {
  leads: ScenarioLead[];
  /** Rows that cannot be leads, and numbers that came before. */
  refused: number;
}

interface Circumstances {
  /** ISO 3166 country of national numbers. */
  defaultCountry: string | null;
  seed: number;
  /** The folder that a path is relative to. */
  folder: string;
}

/** @throws DomainError `VALIDATION_FAILED` */
export async function readLeads(value: unknown, around: Circumstances): Promise<FileLeads> {
  if (typeof value === 'string')
    return distinct(await fieldsOfCsv(resolve(around.folder, value)), around.defaultCountry);
  if (Array.isArray(value)) return distinct(value.map(fieldsOfEntry), around.defaultCountry);
  return { leads: madeUp(value, around.seed), refused: 0 };
}

function fieldsOfEntry(entry: unknown, index: number): Fields {
  const checked = checkEntry(entry, `leads.${index}`);
  if (!checked.ok) throw invalidInput(checked.errors);
  return checked.fields;
}

/** Null: a row that is no lead. */
async function fieldsOfCsv(path: string): Promise<(Fields | null)[]> {
  const { header, batches } = await openCsv(createReadStream(path));
  const columns = new LeadColumns(header.cells);
  const all: (Fields | null)[] = [];
  for await (const batch of batches) {
    for (const { cells } of batch) {
      const read = columns.read(cells);
      all.push(read.ok ? read.fields : null);
    }
  }
  return all;
}

function distinct(all: readonly (Fields | null)[], defaultCountry: string | null): FileLeads {
  const leads = new Map<string, ScenarioLead>();
  for (const fields of all) {
    const made = fields && makeLead(fields, defaultCountry);
    if (!made?.ok || leads.has(made.lead.phoneNumber)) continue;
    leads.set(made.lead.phoneNumber, freshLead(made.lead.phoneNumber, made.lead));
  }
  return { leads: [...leads.values()], refused: all.length - leads.size };
}

function madeUp(value: unknown, seed: number): ScenarioLead[] {
  const { count, countries } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    'count' | 'countries',
    unknown
  >;
  if (!Number.isSafeInteger(count) || Number(count) < 1 || Number(count) > MOST_LEADS || !isMix(countries)) {
    const message = `leads must be a list, the path of a CSV file, or {"count": 1 to ${MOST_LEADS}, "countries": {"US": 1}}`;
    throw invalidInput([{ field: 'leads', message }]);
  }
  try {
    return makeUpLeads({ count: Number(count), countries }, seed);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw invalidInput([{ field: 'leads', message: error.message }]);
  }
}

function isMix(value: unknown): value is Record<string, number> {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every((weight) => typeof weight === 'number' && weight >= 0);
}
