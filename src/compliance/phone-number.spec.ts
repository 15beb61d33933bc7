import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePhoneNumber } from './phone-number.js';

function e164Of(text: string, country?: string): string {
  const parsed = parsePhoneNumber(text, country);
  return parsed.ok ? parsed.e164 : `refused: ${parsed.reason}`;
}

function reasonOf(text: string, country?: string): string {
  const parsed = parsePhoneNumber(text, country);
  return parsed.ok ? `accepted: ${parsed.e164}` : parsed.reason;
}

describe('parsePhoneNumber', () => {
  it.each([
    ['+919529117230', '+919529117230'],
    ['+918329823146', '+918329823146'],
    [' +91 95291 17230 ', '+919529117230'],
    ['+1 (415) 555-0123', '+14155550123'],
    ['00919529117230', '+919529117230'],
    ["'+919529117230", '+919529117230'],
    ['="+919529117230"', '+919529117230'],
    ['+44 (0) 20 7183 8750', '+442071838750'],
    ['\u202a+919529117230\u202c', '+919529117230'],
    ['＋９１９５２９１１７２３０', '+919529117230'],
  ])('should read %s as %s', (text, e164) => {
    expect(e164Of(text)).toBe(e164);
  });

  it.each([
    ['9529117230', 'IN', '+919529117230'],
    ['09529117230', 'IN', '+919529117230'],
    ['919529117230', 'IN', '+919529117230'],
    ['9529117230.0', 'IN', '+919529117230'],
    ['9.19529117230E+11', 'IN', '+919529117230'],
    ['9,529117230E+09', 'IN', '+919529117230'],
    ['(415) 555-0123', 'US', '+14155550123'],
    ['07700 900123', 'GB', '+447700900123'],
    ['00919529117230', 'US', '+919529117230'],
    ['+919529117230', 'US', '+919529117230'],
  ])('should read %s in %s as %s', (text, country, e164) => {
    expect(e164Of(text, country)).toBe(e164);
  });

  it('should name the country, also of fictional numbers', () => {
    expect(parsePhoneNumber('+919529117230')).toMatchObject({ country: 'IN' });
    expect(parsePhoneNumber('+447700900123')).toMatchObject({ country: 'GB' });
    expect(parsePhoneNumber('+33639981234')).toMatchObject({ country: 'FR' });
  });

  it('should accept every number the regulators keep for fiction', () => {
    const digits = (n: number) => fc.stringMatching(new RegExp(`^[0-9]{${n}}$`));
    const fictional = fc.oneof(
      digits(3).map((d) => `+447700900${d}`),
      digits(3).map((d) => `+441632960${d}`),
      digits(3).map((d) => `+442079460${d}`),
      digits(3).map((d) => `+441154960${d}`),
      digits(4).map((d) => `+3319900${d}`),
      digits(4).map((d) => `+3363998${d}`),
      fc.tuple(fc.constantFrom('212', '415', '202', '808'), digits(2)).map(([a, d]) => `+1${a}55501${d}`),
    );
    fc.assert(fc.property(fictional, (e164) => e164Of(e164) === e164));
  });

  it.each([
    ['', 'Phone number is required'],
    ["  '  ", 'Phone number is required'],
    ['abc', 'abc is not a phone number'],
    ['+1 415 555 012', '+1 415 555 012 is too short'],
    ['+9195291172301234', /is too long/],
    ['+999123456789', /country code that does not exist/],
    ['+19995550100', /not a number that can exist/],
    ['+11115550123', /not a number that can exist/],
    ['9529117230', /must start with \+ and the country code/],
    ['9.19529E+11', /shortened by a spreadsheet/],
    ['9,19529E+11', /shortened by a spreadsheet/],
    ['+1 415 555 0123 ext 4', /extension/],
    ['call +14155550123', /is not a phone number/],
    ['+14155550123, +14155550124', /is not a phone number/],
  ])('should refuse %s and say why', (text, reason) => {
    expect(reasonOf(text)).toMatch(reason);
  });

  it('should refuse a text longer than any number without reading it', () => {
    expect(reasonOf('+1'.padEnd(1_000_000, '5'))).toBe('Phone number is too long');
    expect(reasonOf('('.repeat(1_000_000))).toBe('Phone number is too long');
  });

  it('should answer any text at once, and only ever E.164', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const parsed = parsePhoneNumber(text, 'IN');
        return parsed.ok ? /^\+[1-9]\d{5,14}$/.test(parsed.e164) : parsed.reason.length > 0;
      }),
    );
  });

  it('should read its own E.164 back unchanged, whatever the default country', () => {
    const text = fc.stringMatching(/^\+?[0-9 ()-]{6,16}$/);
    fc.assert(
      fc.property(text, fc.constantFrom('IN', 'US', 'GB', undefined), (written, country) => {
        const parsed = parsePhoneNumber(written, country);
        return !parsed.ok || e164Of(parsed.e164, 'US') === parsed.e164;
      }),
    );
  });
});
