import { unguardFormula } from '../common/index.js';
import { columnName, columnsOf } from '../imports/index.js';
import { REFUSAL_COLUMNS } from './imports/refused-csv.js';
import { fromJson, isObject, LEAD_FIELDS, type LeadFields } from './lead-fields.js';

/** What a row says, or why it cannot be a lead. */
export type ReadRow = { ok: true; fields: LeadFields } | { ok: false; reason: string };

/** Headers people use, beside those of phone numbers. */
const ALIASES = {
  name: ['name', 'fullname', 'contactname', 'customername', 'leadname'],
  firstName: ['firstname', 'givenname', 'forename'],
  lastName: ['lastname', 'surname', 'familyname'],
  priority: ['priority'],
  timezone: ['timezone', 'tz', 'timezonename', 'timezoneid', 'ianatimezone'],
  metadata: ['metadata'],
} as const;

type Role = keyof typeof ALIASES | 'phoneNumber';

const FIELDS = [
  'phoneNumber',
  'name',
  'priority',
  'timezone',
  'metadata',
] as const satisfies (keyof LeadFields)[];

/** Characters of a cell shown beside an error; the cell itself may be long. */
const SHOWN = 200;

/** Which column of a CSV file is what. Columns nobody knows become metadata under their own header. */
export class LeadColumns {
  private readonly roles: ReadonlyMap<Role, number>;
  private readonly extras: [header: string, column: number][];

  /** @throws DomainError `CSV_NO_PHONE_COLUMN` */
  constructor(private readonly header: string[]) {
    this.roles = columnsOf(header, ALIASES);
    const taken = new Set(this.roles.values());
    const isExtra = (name: string, column: number) =>
      !taken.has(column) && !REFUSAL_COLUMNS.includes(name.trim());
    this.extras = header.flatMap((name, column) =>
      isExtra(name, column) ? [[columnName(this.header, column), column]] : [],
    );
  }

  read(cells: string[]): ReadRow {
    const surplus = cells.slice(this.header.length).some((cell) => cell.trim() !== '');
    if (surplus) return refused(`The row has ${cells.length} cells, the header has ${this.header.length}`);
    const phoneNumber = this.cell(cells, 'phoneNumber');
    if (phoneNumber === '') return refused('Phone number is required');
    const written = {
      phoneNumber,
      name: this.name(cells),
      priority: priorityOf(this.cell(cells, 'priority')),
      timezone: this.cell(cells, 'timezone'),
      metadata: this.metadata(cells),
    };
    for (const field of FIELDS) {
      const problem = LEAD_FIELDS[field](written[field]);
      if (problem) return refused(`${field} ${problem}`);
    }
    return { ok: true, fields: written as LeadFields };
  }

  /** The row as it was written, for the one who has to correct it. */
  original(cells: string[]): Record<string, string> {
    return Object.fromEntries(
      cells.map((cell, i) => [
        columnName(this.header, i),
        cell.length > SHOWN ? `${cell.slice(0, SHOWN)}…` : cell,
      ]),
    );
  }

  private name(cells: string[]): string {
    const parts = [this.cell(cells, 'firstName'), this.cell(cells, 'lastName')];
    // As an export guards it from spreadsheets.
    return unguardFormula(this.cell(cells, 'name') || parts.filter((part) => part !== '').join(' '));
  }

  /** The metadata column over the columns nobody knows; what is no JSON object stays as it is and fails its check. */
  private metadata(cells: string[]): LeadFields['metadata'] {
    const own = fromJson(this.cell(cells, 'metadata'));
    if (!isObject(own)) return this.cell(cells, 'metadata');
    const extras = this.extras
      .map(([header, column]): [string, string] => [header, (cells[column] ?? '').trim()])
      .filter(([, cell]) => cell !== '');
    return extras.length > 0 ? { ...Object.fromEntries<unknown>(extras), ...own } : own;
  }

  private cell(cells: string[], role: Role): string {
    const column = this.roles.get(role);
    return column === undefined ? '' : (cells[column] ?? '').trim();
  }
}

function priorityOf(text: string): unknown {
  if (text === '') return undefined;
  return /^[+-]?\d+(\.0+)?$/.test(text) ? Number(text) : text;
}

function refused(reason: string): ReadRow {
  return { ok: false, reason };
}
