import { ruleError } from '../common/index.js';

/** Headers people give a column of phone numbers, in order of preference; written as `columnsOf` compares them. */
const PHONE_HEADERS = [
  ...['phonenumber', 'phone', 'mobile', 'number', 'mobilenumber', 'mobilephone', 'phoneno', 'mobileno'],
  ...['cell', 'cellphone', 'cellnumber', 'tel', 'telephone', 'telephonenumber', 'contactnumber'],
  ...['contactphone', 'whatsapp', 'whatsappnumber', 'msisdn'],
];

/** Characters of a header shown in an error. */
const SHOWN = 500;

/**
 * Which column of a CSV file has which role; a role without a column is absent, but `phoneNumber` always has one.
 * Headers are compared without case, spaces and punctuation.
 * @param aliases headers of each further role, in order of preference
 * @throws DomainError `CSV_NO_PHONE_COLUMN`
 */
export function columnsOf<R extends string>(
  header: string[],
  aliases: Readonly<Record<R, readonly string[]>>,
): Map<R | 'phoneNumber', number> {
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
