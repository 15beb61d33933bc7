/** A file as people send it, and what must come of it. */
export interface DirtyFile {
  name: string;
  file: string | Buffer;
  /** The campaign's default country. */
  country?: string;
  /** `<last digits of +44 7700 900xxx, or a whole number> <name>`, in the file's order. */
  leads?: string[];
  refused?: [line: number, reason: RegExp][];
  duplicates?: number;
  /** Refused as a whole. */
  code?: string;
  metadata?: object;
}

const n = (line: number) => `+44770090000${line}`;
const [A, B] = [n(1), n(2)];
const TWO = ['1 Ann', '2 Bob'];
const plain = `phone,name\n${A},Ann\n${B},Bob\n`;
const file = (name: string, content: string | Buffer, more: Omit<DirtyFile, 'name' | 'file'>): DirtyFile => ({
  name,
  file: content,
  ...more,
});

const HEADERS = [
  ...[
    'phoneNumber',
    'phone_number',
    'Phone Number',
    'PHONE',
    'number',
    'Mobile',
    'mobile_number',
    'Mobile No.',
  ],
  ...['Phone No', 'cell', 'Tel', 'TEL.', '  phone  ', '"phone"', 'Telephone', 'contact number', 'cell phone'],
  ...['MSISDN', 'phone-number', 'whatsapp'],
];
const aliases = HEADERS.map((header) =>
  file(`header ${header.trim()}`, `name,${header}\nAnn,${A}\nBob,${B}\n`, { leads: TWO }),
);

const NAME_HEADERS: [string, string][] = [
  ['first_name,last_name', 'Ann,Lee'],
  ['First Name,Last Name', 'Ann,Lee'],
  ['Last-Name,FIRSTNAME', 'Lee,Ann'],
  ['surname,given name', 'Lee,Ann'],
  ['Full Name,x', 'Ann Lee,'],
  ['contact name,x', 'Ann Lee,'],
];
const names = NAME_HEADERS.map(([header, cells]) =>
  file(`names in ${header}`, `phone,${header}\n${A},${cells}\n`, { leads: ['1 Ann Lee'] }),
);

const separators = [',', ';', '\t', '|'].flatMap((delimiter) =>
  [
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ].map(([ends, newline = '']) =>
    file(
      `cells by ${JSON.stringify(delimiter)}, lines by ${ends}`,
      plain.replaceAll(',', delimiter).replaceAll('\n', newline),
      { leads: TWO },
    ),
  ),
);

const accented = plain.replace('Ann', 'José').replace('Bob', 'Zoë Ünal');
const ACCENTED = ['1 José', '2 Zoë Ünal'];
const utf16 = (text: string) => Buffer.from(text, 'utf16le');
const encodings = [
  file('UTF-8', accented, { leads: ACCENTED }),
  file('UTF-8 with a mark', `\ufeff${accented}`, { leads: ACCENTED }),
  file('UTF-16 LE', utf16(`\ufeff${accented}`), { leads: ACCENTED }),
  file('UTF-16 BE', utf16(`\ufeff${accented}`).swap16(), { leads: ACCENTED }),
  file('UTF-16 LE without a mark', utf16(accented), { leads: ACCENTED }),
  file('UTF-16 BE without a mark', utf16(accented).swap16(), { leads: ACCENTED }),
  file('Latin-1', Buffer.from(accented, 'latin1'), { leads: ACCENTED }),
  file('Windows-1252', Buffer.from(plain.replace('Ann', 'Ann \x93A\x94 \x80'), 'latin1'), {
    leads: ['1 Ann “A” €', '2 Bob'],
  }),
  file('emoji', plain.replace('Ann', '😀 Ann'), { leads: ['1 😀 Ann', '2 Bob'] }),
  file('Chinese', plain.replace('Ann', '王小明'), { leads: ['1 王小明', '2 Bob'] }),
  file("Excel's Unicode text", utf16(`\ufeff${plain.replaceAll(',', '\t').replaceAll('\n', '\r\n')}`), {
    leads: TWO,
  }),
  file("Excel's sep line", `sep=;\r\nphone;name\r\n${A};Ann\r\n`, { leads: ['1 Ann'] }),
];

const written = (text: string, country?: string) =>
  file(`number ${text}${country ? ` in ${country}` : ''}`, `name,phone\nAnn,${text}\n`, {
    ...(country && { country }),
    leads: ['1 Ann'],
  });
const numbers = [
  ...["'+447700900001", '="+447700900001"', '"=""+447700900001"""', '00447700900001', '+44 7700 900001'],
  ...['+44 (0)7700 900-001', '+44.7700.900.001', '\u202a+447700900001\u202c', '＋４４７７００９００００１'],
  ...['"+44 7700 900001 "', '+44\u00a07700\u00a0900001'],
].map((text) => written(text));
const national = [
  ...['07700900001', '7700900001', '07700 900001', '447700900001', '7700900001.0', '(07700) 900001'],
  ...['4.47700900001E+11', '4.47700900001e11', "'07700900001", '"4,47700900001E+11"', '00447700900001'],
].map((text) => written(text, 'GB'));

const bad = (text: string, reason: RegExp, country?: string) =>
  file(`refused number ${text}`, `name,phone\nBad,${text}\nBob,${B}\n`, {
    ...(country && { country }),
    leads: ['2 Bob'],
    refused: [[2, reason]],
  });
const refusedNumbers = [
  bad('9.19529E+11', /shortened by a spreadsheet/, 'IN'),
  bad('"9,19529E+11"', /shortened by a spreadsheet/),
  bad('4.4770090E+11', /shortened/, 'GB'),
  bad('', /required/),
  bad('   ', /required/),
  bad('n/a', /is not a phone number/),
  bad('-', /is not a phone number/),
  bad('#N/A', /is not a phone number/),
  bad('NULL', /is not a phone number/),
  bad('447700900001', /must start with \+/),
  bad('7700900001', /must start with \+/),
  bad('+44', /too short|not a phone number/),
  bad('+44770090000', /too short|cannot exist|can exist|wrong number/),
  bad('+4477009000011111', /too long|wrong number/),
  bad('+999123456789', /country code that does not exist/),
  bad('+447700900001 ext 5', /extension/),
  bad('"+447700900001, +447700900002"', /is not a phone number/),
  bad('+447700900001/+447700900002', /is not a phone number/),
  bad('#######', /is not a phone number/),
  bad('x'.repeat(300), /too long/),
];

const quotes = [
  file('quoted newlines', `phone,name\n${A},"Ann\nLee"\n${B},Bob\n`, { leads: ['1 Ann\nLee', '2 Bob'] }),
  file('a quoted delimiter', `phone,name\n${A},"Lee, Ann"\n`, { leads: ['1 Lee, Ann'] }),
  file('doubled quotes', `phone,name\n${A},"Ann ""A"" Lee"\n`, { leads: ['1 Ann "A" Lee'] }),
  file('a quote that never closes', `phone,name\n${A},"Ann\n${B},Bob\n`, { leads: ['1 "Ann', '2 Bob'] }),
  file('bare quotes', `phone,name\n${A},Ann "A" Lee\n`, { leads: ['1 Ann "A" Lee'] }),
  file('text after quotes', `phone,name\n${A},"Ann" Lee\n`, { leads: ['1 "Ann" Lee'] }),
  file('every cell quoted', `"phone","name"\n"${A}","Ann"\n"${B}","Bob"\n`, { leads: TWO }),
  file('spaces around quotes', `phone, name\n${A}, "Lee, Ann" \n`, { leads: ['1 Lee, Ann'] }),
  file('a tab in a name', `phone,name\n${A},Ann\tLee\n`, { leads: ['1 Ann\tLee'] }),
  file('a backslash in a name', `phone,name\n${A},Ann\\N \\. Lee\n`, { leads: ['1 Ann\\N \\. Lee'] }),
  file("the end mark of Postgres's COPY", `phone,name\n${A},\\.\n${B},\\N\n`, { leads: ['1 \\.', '2 \\N'] }),
  file('SQL in a name', `phone,name\n${A},"'); DROP TABLE leads; --"\n`, {
    leads: [`1 '); DROP TABLE leads; --`],
  }),
];

const json = [
  file("the contract's own JSON", `phone,name,metadata\n${A},Ann,{"a":"x,y","b":[1,2]}\n`, {
    leads: ['1 Ann'],
    metadata: { a: 'x,y', b: [1, 2] },
  }),
  file('quoted JSON', `phone,metadata,name\n${A},"{""a"":1}",Ann\n`, {
    leads: ['1 Ann'],
    metadata: { a: 1 },
  }),
  file('JSON quoted by hand', `phone,metadata,name\n${A},"{"a":1}",Ann\n`, {
    leads: ['1 Ann'],
    metadata: { a: 1 },
  }),
  file('broken JSON', `phone,name,metadata\n${A},Ann,{"a":}\n${B},Bob,\n`, {
    leads: ['2 Bob'],
    refused: [[2, /metadata must be a JSON object/]],
  }),
  file('JSON that is no object', `phone,name,metadata\n${A},Ann,[1]\n`, {
    refused: [[2, /metadata must be/]],
  }),
  file('further columns', `phone,name,City,,Tag\n${A},Ann,York,x,\n`, {
    leads: ['1 Ann'],
    metadata: { City: 'York', 'column 4': 'x' },
  }),
  file('a name of the prototype', `phone,name,__proto__\n${A},Ann,x\n`, {
    refused: [[2, /cannot be stored/]],
  }),
  file('metadata beyond 16 kB', `phone,name,note\n${A},Ann,${'x'.repeat(20_000)}\n`, {
    refused: [[2, /at most 16384 bytes/]],
  }),
];

const structure = [
  file('blank lines all over', `\n\nphone,name\n\n${A},Ann\n , \n\n${B},Bob\n\n`, { leads: TWO }),
  file('no line end at the end', plain.trimEnd(), { leads: TWO }),
  file('mixed line ends', `phone,name\r\n${A},Ann\n${B},Bob\r\n`, { leads: TWO }),
  file('missing cells', `phone,name,city\n${A},Ann\n${B},Bob,\n`, { leads: TWO }),
  file('empty cells too many', `phone,name\n${A},Ann,,,\n${B},Bob\n`, { leads: TWO }),
  file('cells too many', `phone,name\n${A},Ann,x\n${B},Bob\n`, {
    leads: ['2 Bob'],
    refused: [[2, /has 3 cells, the header has 2/]],
  }),
  file('one column', `phone\n${A}\n${B}\n`, { leads: ['1', '2'] }),
  file('the same number twice', `${plain}${A},Again\n+44 7700 900002,Again\n`, { leads: TWO, duplicates: 2 }),
  file('a header in the middle', `${plain}phone,name\n`, {
    leads: TWO,
    refused: [[4, /not a phone number/]],
  }),
  file('a total at the end', `${plain}Total,2\n`, { leads: TWO, refused: [[4, /not a phone number/]] }),
  file('a wrong priority', `phone,name,priority\n${A},Ann,high\n${B},Bob,2.0\n`, {
    leads: ['2 Bob'],
    refused: [[2, /priority must be an integer/]],
  }),
  file('a name too long', `phone,name\n${A},${'x'.repeat(201)}\n${B},Bob\n`, {
    leads: ['2 Bob'],
    refused: [[2, /name must be at most 200/]],
  }),
  file('lines counted through quoted newlines', `phone,name\n${A},"a\nb\nc"\nbad,x\n`, {
    leads: ['1 a\nb\nc'],
    refused: [[5, /not a phone number/]],
  }),
  file('more bad rows than are listed', `${plain}${'bad,x\n'.repeat(150)}`, {
    leads: TWO,
    refused: Array.from({ length: 150 }, (_, i) => [i + 4, /not a phone number/]),
  }),
];

const whole = [
  file('nothing', '', { code: 'FILE_EMPTY' }),
  file('a mark and nothing else', '\ufeff', { code: 'FILE_EMPTY' }),
  file('blank lines only', '\n \r\n\t\n', { code: 'FILE_EMPTY' }),
  file('a header only', 'phone,name\n', { code: 'CSV_NO_ROWS' }),
  file('blank rows only', 'phone,name\n,\n , \n', { code: 'CSV_NO_ROWS' }),
  file('no header', `${A},Ann\n`, { code: 'CSV_NO_PHONE_COLUMN' }),
  file('a page of HTML', '<html><body>Please log in</body></html>\n', { code: 'CSV_NO_PHONE_COLUMN' }),
  file('a workbook', Buffer.from('504b030414000600080000002100', 'hex'), { code: 'FILE_NOT_TEXT' }),
  file('NUL in a row', `${plain}${A}\0,x\n`, { code: 'FILE_NOT_TEXT' }),
  file('UTF-8 that breaks', Buffer.from([...Buffer.from(accented), 0xff]), { code: 'FILE_NOT_UTF8' }),
  file('an encoding nobody knows', Buffer.from(`${plain}${A},\xe9\x81\n`, 'latin1'), {
    code: 'FILE_NOT_UTF8',
  }),
  file('an endless line', `phone,name\n${'x'.repeat(3_000_000)}`, { code: 'CSV_LINE_TOO_LONG' }),
];

export const DIRTY_FILES: DirtyFile[] = [
  ...[...aliases, ...names, ...separators, ...encodings, ...numbers, ...national],
  ...[...refusedNumbers, ...quotes, ...json, ...structure, ...whole],
];
