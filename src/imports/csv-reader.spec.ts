import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCsv, type CsvRow } from './csv-reader.js';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function rowsOf(file: string | Uint8Array, size = 65_536): Promise<CsvRow[]> {
  const { header, batches } = await openCsv(pieces(Buffer.from(file), size));
  const rows = [header];
  for await (const batch of batches) rows.push(...batch);
  return rows;
}

async function cellsOf(file: string | Uint8Array, size?: number): Promise<string[][]> {
  return (await rowsOf(file, size)).map((row) => row.cells);
}

async function codeOf(file: string | Uint8Array): Promise<unknown> {
  return rowsOf(file).then(
    () => 'read',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
}

/** A writer that follows RFC 4180: quotes what needs quotes, doubles quotes within. */
function write(table: string[][], delimiter: string, newline: string): string {
  const cell = (text: string) =>
    text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return table.map((row) => row.map(cell).join(delimiter) + newline).join('');
}

const SPEC_FILE = `phoneNumber,name,priority,metadata
+919529117230,John Doe,1,{"source":"website"}
+918329823146,Jane Smith,2,{"source":"referral"}
`;

const anyCell = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.stringMatching(/^[",;|\t\r\n{}: a1]{0,12}$/),
  fc.json({ maxDepth: 2 }),
);
const anyTable = fc
  .integer({ min: 2, max: 5 })
  .chain((columns) =>
    fc.array(fc.array(anyCell, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 6 }),
  )
  // A header with more cells than other marks of its delimiter, as headers have; NUL is refused by design.
  .map((rows) => [rows[0]!.map((_, i) => `column${i}`), ...rows])
  .filter((rows) => !rows.flat().some((cell) => cell.includes('\0')));

describe('openCsv', () => {
  it('should read the file of the contract, unquoted JSON and all', async () => {
    expect(await rowsOf(SPEC_FILE)).toEqual([
      { line: 1, cells: ['phoneNumber', 'name', 'priority', 'metadata'] },
      { line: 2, cells: ['+919529117230', 'John Doe', '1', '{"source":"website"}'] },
      { line: 3, cells: ['+918329823146', 'Jane Smith', '2', '{"source":"referral"}'] },
    ]);
  });

  it.each([
    ['with commas', '{"a":1,"b":"x,y"}'],
    ['with a brace in a string', '{"a":"}, {","b":2}'],
    ['nested', '{"a":{"b":[1,2,{"c":3}]},"d":"e"}'],
    ['with an escaped quote', '{"a":"say \\"hi\\", ok","b":1}'],
    ['with spaces', '{ "a" : 1, "b" : 2 }'],
    ['broken, but closed', '{"a":1,,"b"}'],
  ])('should keep an unquoted JSON object %s in one cell', async (_, json) => {
    expect(await cellsOf(`phone,meta,name\n+1,${json},Jo\n+2,{},Al\n`)).toEqual([
      ['phone', 'meta', 'name'],
      ['+1', json, 'Jo'],
      ['+2', '{}', 'Al'],
    ]);
  });

  it('should read JSON quoted properly, and JSON whose inner quotes were not doubled', async () => {
    const file = 'phone,meta,name\n+1,"{""a"":1,""b"":2}",Jo\n+2,"{"a":1,"b":2}",Al\n';
    expect((await cellsOf(file)).map((cells) => cells[1])).toEqual([
      'meta',
      '{"a":1,"b":2}',
      '{"a":1,"b":2}',
    ]);
  });

  it.each([',', ';', '\t', '|'])('should find out that cells are separated by %j', async (delimiter) => {
    const file = write(
      [
        ['phone', 'full name', 'note'],
        ['+1', 'Jo', 'a,b;c'],
        ['+2', 'Al', ''],
      ],
      delimiter,
      '\r\n',
    );
    expect(await cellsOf(file)).toEqual([
      ['phone', 'full name', 'note'],
      ['+1', 'Jo', 'a,b;c'],
      ['+2', 'Al', ''],
    ]);
  });

  it("should obey Excel's sep= line and count it as a line", async () => {
    expect(await rowsOf('sep=;\r\nphone;a,b,c\r\n+1;x\r\n')).toEqual([
      { line: 2, cells: ['phone', 'a,b,c'] },
      { line: 3, cells: ['+1', 'x'] },
    ]);
  });

  it.each([
    ['a UTF-8 mark', Buffer.from('\ufeffphone,name\n+1,José\n')],
    ['UTF-16 little-endian', Buffer.from('\ufeffphone,name\n+1,José\n', 'utf16le')],
    ['UTF-16 big-endian', Buffer.from('\ufeffphone,name\n+1,José\n', 'utf16le').swap16()],
    ['UTF-16 without a mark', Buffer.from('phone,name\n+1,José\n', 'utf16le')],
    ['big-endian UTF-16 without a mark', Buffer.from('phone,name\n+1,José\n', 'utf16le').swap16()],
    ['Latin-1', Buffer.from('phone,name\n+1,José\n', 'latin1')],
    ['Latin-1 without a line end', Buffer.from('phone,name\n+1,José', 'latin1')],
    ['old Mac line ends', Buffer.from('phone,name\r+1,José\r')],
    ['no line end at the end', Buffer.from('phone,name\n+1,José')],
    ['blank lines', Buffer.from('\n\nphone,name\n\n , \n+1,José\n,\n')],
  ])('should read a file with %s', async (_, file) => {
    expect(await cellsOf(file)).toEqual([
      ['phone', 'name'],
      ['+1', 'José'],
    ]);
    expect(await cellsOf(file, 1)).toEqual([
      ['phone', 'name'],
      ['+1', 'José'],
    ]);
  });

  it('should read what Windows-1252 has beyond Latin-1, and say how the file was written', async () => {
    const bytes = Buffer.from([...Buffer.from('a;b\n'), 0x93, 0x80, 0x94, 0x3b, 0xe9]);
    const file = await openCsv(pieces(bytes, 1));
    const rows: CsvRow[] = [];
    for await (const batch of file.batches) rows.push(...batch);
    expect(rows.map((row) => row.cells)).toEqual([['“€”', 'é']]);
    expect([file.delimiter, file.encoding()]).toEqual([';', 'windows-1252']);
  });

  it('should tell UTF-8 from Windows-1252 wherever the file is cut', async () => {
    const names = fc.array(fc.constantFrom('a', 'é', 'ß', 'ÿ', 'Ã', '©', ',', '\n'), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(names, fc.integer({ min: 1, max: 9 }), async (characters, size) => {
        const text = `phone,name\nx,é é\n${characters.join('')}z\n`;
        const read = await cellsOf(text);
        expect(await cellsOf(text, size)).toEqual(read);
        expect(await cellsOf(Buffer.from(text, 'latin1'), size)).toEqual(read);
      }),
      { numRuns: 300 },
    );
  });

  it('should tell on which line each row begins', async () => {
    const file = 'phone,"full\nname"\r\n+1,"Jo\r\nDoe"\r\n\r\n+2,Al\r\n';
    expect((await rowsOf(file)).map((row) => row.line)).toEqual([1, 3, 6]);
  });

  it.each([
    ['an unclosed quote', '+1,"Jo,1', ['+1', '"Jo', '1']],
    ['a quote inside', '+1,Jo "the" Doe,1', ['+1', 'Jo "the" Doe', '1']],
    ['text after a quoted cell', '+1,"Jo" Doe,1', ['+1', '"Jo" Doe', '1']],
    ['spaces around quotes', '+1, "Jo, Doe" ,1', ['+1', 'Jo, Doe', '1']],
    ['JSON that never closes', '+1,{"a":1,"b', ['+1', '{"a":1,"b']],
  ])('should let %s spoil no other row', async (_, line, cells) => {
    const file = `phone,name,n\n+0,Al,0\n${line}\n+2,Bo,2\n+3,"Cy, Z",3\n`;
    const expected = [
      ['phone', 'name', 'n'],
      ['+0', 'Al', '0'],
      cells,
      ['+2', 'Bo', '2'],
      ['+3', 'Cy, Z', '3'],
    ];
    expect(await cellsOf(file)).toEqual(expected);
    expect(await cellsOf(file, 3)).toEqual(expected);
  });

  it('should give up on a quote that is not closed within 64 k', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => `+${i},Name of number ${i},x`);
    const cells = await cellsOf(`phone,name,n\n+1,"open,x\n${rows.join('\n')}\n`);
    expect(cells).toHaveLength(5002);
    expect(cells[1]).toEqual(['+1', '"open', 'x']);
  });

  it.each([
    ['nothing', '', 'FILE_EMPTY'],
    ['blanks only', ' \n\n\t\n', 'FILE_EMPTY'],
    ['a mark only', '\ufeff', 'FILE_EMPTY'],
    ['NUL bytes', Buffer.from([0x70, 0x00, 0x01, 0x02, 0xff]), 'FILE_NOT_TEXT'],
    ['UTF-8 that breaks', Buffer.from([...Buffer.from('phone,name\n+1,José\n'), 0xff]), 'FILE_NOT_UTF8'],
    ['bytes of no Latin encoding', Buffer.from('phone,name\n+1,Jos\xe9 \x81\n', 'latin1'), 'FILE_NOT_UTF8'],
    ['half a character at the end', Buffer.from('phone,é\n+1,é').subarray(0, -1), 'FILE_NOT_UTF8'],
    ['half a UTF-16 character', Buffer.from([0xff, 0xfe, 0x41]), 'FILE_NOT_UTF8'],
    ['one endless line', `phone,name\n${'x'.repeat(3_000_000)}`, 'CSV_LINE_TOO_LONG'],
  ])('should refuse %s', async (_, file, code) => {
    expect(await codeOf(file)).toBe(code);
  });

  it('should read back whatever a correct writer wrote, in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyTable,
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 40 }),
        async (table, delimiter, newline, size) => {
          const read = await cellsOf(write(table, delimiter, newline), size);
          expect(read).toEqual(table.filter((row) => row.some((cell) => cell.trim() !== '')));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('should read any text the same in one piece and in many', async () => {
    const text = fc.stringMatching(/^[",{}: a\r\n]{0,80}$/);
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), async (rest, size) => {
        const file = `a,b,c\n${rest}\nlast,row,1\n`;
        expect(await rowsOf(file, size)).toEqual(await rowsOf(file));
      }),
      { numRuns: 1000 },
    );
  });

  it('should take time in proportion to the file, whatever is in it', async () => {
    const hostile = ['"{"a",', '""x,', '{"a,', '"x""",', 'a,"', '"', ' ",', '{"a":{'];
    const started = performance.now();
    for (const part of hostile) {
      const line = part.repeat(Math.floor(900_000 / part.length));
      await codeOf(`a,b,c\n${line}\nx,y,z\n`);
    }
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
