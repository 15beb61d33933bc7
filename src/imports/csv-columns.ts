import { ruleError } from '../common/index.js';

/** Headers people give a column of phone numbers, in order of preference; written as `columnsOf` compares them. */
const PHONE_HEADERS = [
  ...['phonenumber', 'phone', 'mobile', 'number', 'mobilenumber', 'mobilephone', 'phoneno', 'mobileno'],
  ...['cell', 'cellphone', 'cellnumber', 'tel', 'telephone', 'telephonenumber', 'contactnumber'],
  ...['contactphone', 'whatsapp', 'whatsappnumber', 'msisdn'],
];

/** Each row costs as much as the file has columns, however short the row is. */
const MAX_COLUMNS = 500;

/** Characters of a header shown in an error. */
const SHOWN = 500;

/**
 * Which column of a CSV file has which role; a role without a column is absent, but `phoneNumber` always has one.
 * Headers are compared without case, spaces and punctuation.
 * @param aliases headers of each further role, in order of preference
 * @throws DomainError `CSV_NO_PHONE_COLUMN`, `CSV_TOO_MANY_COLUMNS`
 */
export function columnsOf<R extends string>(
  header: string[],
  aliases: Readonly<Record<R, readonly string[]>>,
): Map<R | 'phoneNumber', number> {
  if (header.length > MAX_COLUMNS) throw tooManyColumns(header.length);
  const plain = header.map((text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''));
  const roles = { phoneNumber: PHONE_HEADERS, ...aliases };
  const columns = new Map<R | 'phoneNumber', number>();
  for (const role of Object.keys(roles).filter((key): key is keyof typeof roles => key in roles)) {
    const column = roles[role].map((alias) => plain.indexOf(alias)).find((at) => at !== -1);
    if (column !== undefined) columns.set(role, column);
  }
  if (!columns.has('phoneNumber')) throw noPhoneColumn(header);
  return columns;
}

/** What a column is called where people read of it. */
export function columnName(header: string[], column: number): string {
  return header[column]?.trim() || `column ${column + 1}`;
}

function noPhoneColumn(header: string[]): Error {
  const found = header.map((_, column) => columnName(header, column)).join(', ');
  return ruleError(
    'CSV_NO_PHONE_COLUMN',
    'The file has no phoneNumber column',
    `The first line must name the columns, one of them phoneNumber; it reads: ${found.slice(0, SHOWN)}`,
  );
}

function tooManyColumns(found: number): Error {
  return ruleError(
    'CSV_TOO_MANY_COLUMNS',
    'The file has too many columns',
    `A file may have ${MAX_COLUMNS} columns; this one has ${found}`,
  );
}
