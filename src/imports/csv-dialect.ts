/** How a file separates its cells and its lines. */
export interface CsvDialect {
  delimiter: string;
  /** What ends a line; `\n` covers `\r\n` too, `\r` alone is what old Macs wrote. */
  newline: '\n' | '\r';
}

const DELIMITERS = [',', ';', '\t', '|'];
/** Excel's own way to say it, as the first line. */
const SEP_LINE = /^sep=([,;\t|])\r?\n/i;

/**
 * Reads the dialect off the header: the delimiter that splits it into the most cells, comma if none does.
 * @param head the beginning of the file
 * @returns undefined while the header is not whole, unless `isAll`; `skip` characters (a `sep=;` line) are no data
 */
export function detectDialect(head: string, isAll: boolean): (CsvDialect & { skip: number }) | undefined {
  const sep = SEP_LINE.exec(head);
  const skip = sep ? sep[0].length : 0;
  const end = headerEnd(head, skip);
  // A `\r` at the very end may be half of a `\r\n`.
  if (!isAll && (end === undefined || end === head.length - 1)) return undefined;
  const newline = end !== undefined && head[end] === '\r' && head[end + 1] !== '\n' ? '\r' : '\n';
  return { delimiter: sep?.[1] ?? bestDelimiter(head.slice(skip, end)), newline, skip };
}

/** Where the first line that is not blank ends; undefined if it does not end here. */
function headerEnd(head: string, from: number): number | undefined {
  let isQuoted = false;
  let isBlank = true;
  for (let i = from; i < head.length; i += 1) {
    const character = head.charAt(i);
    if (character === '"') isQuoted = !isQuoted;
    const isEnd = (character === '\n' || character === '\r') && !isQuoted;
    if (isEnd && !isBlank) return i;
    isBlank &&= character.trim() === '';
  }
  return undefined;
}

function bestDelimiter(header: string): string {
  const unquoted = header.replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => unquoted.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}
