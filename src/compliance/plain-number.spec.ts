import fc from 'fast-check';
import { getCountries, getCountryCallingCode, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, it } from 'vitest';
import { parseByLibrary, parsePhoneNumber } from './phone-number.js';
import { readPlainNumber } from './plain-number.js';

const COUNTRIES = getCountries();
const country = fc.constantFrom(...COUNTRIES);
const digits = (min: number, max: number) => fc.stringMatching(new RegExp(`^[0-9]{${min},${max}}$`));
/** Real numbering plans are hit by changing a few digits of a number that exists. */
const nearExample = fc
  .tuple(country, digits(0, 4), fc.integer({ min: 0, max: 5 }))
  .map(([code, tail, cut]) => {
    const example = getExampleNumber(code, examples)?.nationalNumber ?? '';
    return { code, national: example.slice(0, example.length - Math.min(cut, tail.length)) + tail };
  });
const e164 = fc.oneof(
  nearExample.map(({ code, national }) => `+${getCountryCallingCode(code)}${national}`),
  fc.tuple(country, digits(4, 12)).map(([code, rest]) => `+${getCountryCallingCode(code)}${rest}`),
  fc
    .tuple(fc.constantFrom('1', '7', '44', '39', '61', '800', '979'), digits(7, 11))
    .map((p) => `+${p.join('')}`),
  digits(1, 16).map((text) => `+${text}`),
);
const areaCodes = fc.tuple(digits(3, 3), digits(7, 7)).map((parts) => `+1${parts.join('')}`);

describe('readPlainNumber', () => {
  it.each([
    ['+919529117230', undefined, 'IN'],
    ['+14155550123', undefined, 'US'],
    ['+16135550123', undefined, 'CA'],
    ['+33199001234', undefined, 'FR'],
    ['4155550123', 'US', 'US'],
    ['9529117230', 'IN', 'IN'],
  ])('should read %s in %s itself', (text, home, found) => {
    expect(readPlainNumber(text, home)).toMatchObject({ country: found });
  });

  it.each([
    ['+1 415 555 0123'],
    ['14155550123'],
    ["'+14155550123"],
    ['+80012345678'],
    ['+10005550123'],
    ['+44'],
  ])('should leave %s to the library', (text) => {
    expect(readPlainNumber(text, 'US')).toBeUndefined();
  });

  it('should say what the library says of every international number', () => {
    fc.assert(
      fc.property(fc.oneof(e164, areaCodes), fc.option(country), (text, home) => {
        expect(parsePhoneNumber(text, home)).toEqual(parseByLibrary(text, home));
      }),
      { numRuns: 20_000 },
    );
  });

  it('should say what the library says of every national number, in every country', () => {
    const own = nearExample.map(({ code, national }) => [national, code] as const);
    const other = fc.tuple(digits(4, 14), country);
    fc.assert(
      fc.property(fc.oneof(own, other), ([text, home]) => {
        expect(parsePhoneNumber(text, home)).toEqual(parseByLibrary(text, home));
      }),
      { numRuns: 20_000 },
    );
  });

  it('should read one number of nearly every country itself', () => {
    const read = COUNTRIES.filter((code) => {
      const example = getExampleNumber(code, examples);
      return example && readPlainNumber(example.number);
    });
    expect(read.length).toBeGreaterThan(COUNTRIES.length * 0.9);
  });
});
