import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LeadColumns } from './lead-columns.js';

function read(header: string[], cells: string[]) {
  const row = new LeadColumns(header).read(cells);
  return row.ok ? row.fields : row.reason;
}

function codeOf(header: string[]): unknown {
  try {
    return new LeadColumns(header);
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

describe('LeadColumns', () => {
  it.each([
    'phoneNumber',
    'PHONE_NUMBER',
    'Phone Number',
    'phone',
    'Mobile',
    'number',
    'phonenumber ',
    'Tel.',
  ])('should take the column %j for the phone number', (header) => {
    expect(read(['x', header], ['', '+1'])).toMatchObject({ phoneNumber: '+1', metadata: {} });
  });

  it('should prefer phoneNumber to its other names, whatever the order, and keep those as metadata', () => {
    expect(read(['mobile', 'Phone', 'phoneNumber'], ['+2', '+3', '+1'])).toMatchObject({
      phoneNumber: '+1',
      metadata: { mobile: '+2', Phone: '+3' },
    });
  });

  it('should join first and last names where there is no full one', () => {
    const header = ['phone', 'Last Name', 'first_name', 'name'];
    expect(read(header, ['+1', 'Doe', 'John', ''])).toMatchObject({ name: 'John Doe' });
    expect(read(header, ['+1', 'Doe', '', ''])).toMatchObject({ name: 'Doe' });
    expect(read(header, ['+1', 'Doe', 'John', 'Johnny'])).toMatchObject({ name: 'Johnny' });
  });

  it.each([
    ['', undefined],
    ['7', 7],
    ['-3', -3],
    ['2.0', 2],
  ])('should read the priority %j as %j', (text, priority) => {
    expect(read(['phone', 'priority'], ['+1', text])).toMatchObject({ priority });
  });

  it.each([
    [['phone', 'priority'], ['+1', '1.5'], /^priority must be an integer/],
    [['phone', 'priority'], ['+1', '0x10'], /^priority must be an integer/],
    [['phone', 'priority'], ['+1', '9999999999'], /^priority must be an integer/],
    [['phone', 'name'], ['+1', 'x'.repeat(201)], /^name must be at most 200/],
    [['phone', 'metadata'], ['+1', '[1]'], 'metadata must be a JSON object'],
    [['phone', 'metadata'], ['+1', 'null'], 'metadata must be a JSON object'],
    [['phone', 'metadata'], ['+1', '"{}"'], 'metadata must be a JSON object'],
    [['phone', 'metadata'], ['+1', '{"a":"\\u0000"}'], /cannot be stored/],
    [['phone', 'note'], ['+1', 'x'.repeat(20_000)], /^metadata must be at most/],
    [['phone', 'name'], ['', 'Jo'], 'Phone number is required'],
    [['phone'], ['+1', '', 'more'], 'The row has 3 cells, the header has 1'],
  ])('should refuse the row %j %j', (header, cells, reason) => {
    expect(read(header, cells)).toMatch(reason);
  });

  it('should forgive missing cells and empty ones too many', () => {
    expect(read(['phone', 'name', 'city'], ['+1'])).toMatchObject({ phoneNumber: '+1', name: '' });
    expect(read(['phone'], ['+1', '', ' '])).toMatchObject({ phoneNumber: '+1' });
  });

  it('should show a row by its headers, long cells cut, nameless columns numbered', () => {
    const columns = new LeadColumns(['phone', '']);
    expect(columns.original(['+1', 'x'.repeat(300), 'z'])).toEqual({
      phone: '+1',
      'column 2': `${'x'.repeat(200)}…`,
      'column 3': 'z',
    });
  });

  it.each([[[]], [['name', 'priority']], [['+919529117230', 'John']]])(
    'should refuse the header %j',
    (header) => {
      expect(codeOf(header)).toBe('CSV_NO_PHONE_COLUMN');
    },
  );

  it('should lose no cell of a column it does not know, whatever its header', () => {
    const cell = fc
      .string({ minLength: 1, maxLength: 10 })
      .filter((text) => text.trim() !== '' && !text.includes('\0'));
    fc.assert(
      fc.property(
        fc.uniqueArray(cell, { minLength: 1, maxLength: 5, selector: (text) => text.trim() }),
        (names) => {
          const headers = names.map((name) => `extra ${name}`);
          const row = read(['phone', ...headers], ['+1', ...names]);
          expect(row).toMatchObject({
            metadata: Object.fromEntries(headers.map((header, i) => [header.trim(), names[i]!.trim()])),
          });
        },
      ),
    );
  });

  it('should refuse a header that would reach a prototype', () => {
    expect(read(['phone', '__proto__'], ['+1', 'x'])).toMatch(/cannot be stored/);
  });
});
