import { newId, type FieldError } from '../common/index.js';
import { parsePhoneNumber } from '../compliance/index.js';
import { isObject, LEAD_FIELDS, metadataOf, type LeadFields } from './lead-fields.js';

/** A lead ready to be inserted. */
export interface NewLead {
  id: string;
  /** E.164. */
  phoneNumber: string;
  name: string | null;
  priority: number;
  timezone: string | null;
  /** JSON of an object. */
  metadata: string;
}

export type MadeLead = { ok: true; lead: NewLead } | { ok: false; reason: string };

/** Makes a lead of checked fields. Ids are made here, one after the other: at equal priority, older is called first. */
export function makeLead(fields: LeadFields, defaultCountry: string | null): MadeLead {
  const number = parsePhoneNumber(fields.phoneNumber, defaultCountry);
  if (!number.ok) return number;
  const lead = {
    id: newId(),
    phoneNumber: number.e164,
    name: nameOf(fields.name),
    priority: fields.priority ?? 0,
    timezone: fields.timezone || null,
    metadata: JSON.stringify(metadataOf(fields.metadata)),
  };
  return { ok: true, lead };
}

/** An empty name is none. */
export function nameOf(name: string | null | undefined): string | null {
  return name?.trim() || null;
}

export type CheckedEntry = { ok: true; fields: LeadFields } | { ok: false; errors: FieldError[] };

/** Checks one entry of a bulk list; errors have paths such as `leads.3.priority`. */
export function checkEntry(entry: unknown, path: string): CheckedEntry {
  if (!isObject(entry)) return { ok: false, errors: [{ field: path, message: `${path} must be an object` }] };
  const complain = (key: string, words: string) => ({
    field: `${path}.${key}`,
    message: `${path}.${key} ${words}`,
  });
  const unknown = Object.keys(entry)
    .filter((key) => !Object.hasOwn(LEAD_FIELDS, key))
    .map((key) => complain(key, 'is not a known field'));
  const wrong = Object.entries(LEAD_FIELDS).flatMap(([key, check]) => {
    const problem = check(entry[key]);
    return problem ? [complain(key, problem)] : [];
  });
  const errors = [...unknown, ...wrong];
  return errors.length > 0
    ? { ok: false, errors }
    : { ok: true, fields: entry as Partial<LeadFields> as LeadFields };
}
