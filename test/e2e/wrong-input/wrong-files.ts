/** A body of multipart/form-data, to be sent as it is. */
export interface Form {
  type: string;
  body: Buffer;
}

const BOUNDARY = 'the-boundary';
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
const FILE = 'name="file"; filename="leads.csv"';
const VALID = 'phoneNumber\n+12025550199\n';

function part(disposition: string, content: string | Buffer): Buffer {
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\nContent-Type: text/csv\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from('\r\n')]);
}

function form(...parts: Buffer[]): Form {
  return { type: TYPE, body: Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]) };
}

function ofBytes(content: string | Buffer): Form {
  return form(part(FILE, content));
}

/** One form that the app must take, or all of the wrong ones below prove nothing. */
export const RIGHT_FORM = ofBytes(VALID);

/** Forms that bring no lead. */
export const WRONG_FORMS: Record<string, Form> = {
  'no body': { type: TYPE, body: Buffer.alloc(0) },
  'no boundary': { type: 'multipart/form-data', body: RIGHT_FORM.body },
  'another boundary': { type: 'multipart/form-data; boundary=other', body: RIGHT_FORM.body },
  'an endless boundary': { type: `multipart/form-data; boundary=${'b'.repeat(5000)}`, body: RIGHT_FORM.body },
  'no end': { type: TYPE, body: RIGHT_FORM.body.subarray(0, -20) },
  'noise for a form': { type: TYPE, body: Buffer.from('noise'.repeat(100)) },
  'no parts': form(),
  'a field and no file': form(part('name="file"', VALID)),
  'a file in another field': form(part('name="leads"; filename="leads.csv"', VALID)),
  'a file in a field of the prototype': form(part('name="__proto__"; filename="leads.csv"', VALID)),
  'a part without a name': form(part('filename="leads.csv"', VALID)),
  'two files': form(part(FILE, VALID), part(FILE, VALID)),
  'a broken part header': form(Buffer.from(`--${BOUNDARY}\r\nnonsense\r\n\r\n${VALID}\r\n`)),
  'a huge part header': form(
    Buffer.from(`--${BOUNDARY}\r\nX-Bomb: ${'x'.repeat(100_000)}\r\n\r\n${VALID}\r\n`),
  ),
  'a thousand fields': form(...Array.from({ length: 1000 }, (_, n) => part(`name="f${n}"`, 'x'))),
  'an empty file': ofBytes(''),
  'an empty file with a path for a name': form(part('name="file"; filename="../../etc/passwd"', '')),
  'blank lines': ofBytes('\n\r\n  \n'),
  'a byte order mark and nothing else': ofBytes('\ufeff'),
  'a header and no rows': ofBytes('phoneNumber,name\n'),
  'rows without a phone column': ofBytes('name,priority\nJohn,1\n'),
  JSON: ofBytes('[{"telephone":"+12025550199"}]'),
  'a picture': ofBytes(Buffer.from('89504e470d0a1a0a0000000d4948445200000001', 'hex')),
  'random bytes': ofBytes(Buffer.from(Array.from({ length: 4096 }, (_, n) => (n * 7919 + (n >> 3)) % 256))),
  'NUL characters': ofBytes('phoneNumber\n+1202\0' + '5550199\n'),
  'bytes of no Latin encoding': ofBytes(
    Buffer.from('phoneNumber,name\n+12025550199,Jos\xe9\x81\n', 'latin1'),
  ),
  'UTF-8 that breaks': ofBytes(Buffer.from('phoneNumber,name\n+12025550199,\xc3\xa9\xff\n', 'latin1')),
  '5 MB without a line': ofBytes('x'.repeat(5 * 1024 * 1024)),
  '5 MB of commas': ofBytes(','.repeat(5 * 1024 * 1024)),
};
