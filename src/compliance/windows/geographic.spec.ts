import fc from 'fast-check';
import { getCountries, getCountryCallingCode, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, it } from 'vitest';
import { isGeographic, isGeographicByLibrary } from './geographic.js';

const CODES = [...new Set(getCountries().map((country) => getCountryCallingCode(country)))];

describe('whether a number is of a place', () => {
  it.each([
    ['+442079460123', '44', true],
    ['+447700900123', '44', false],
    ['+441534440000', '44', true],
    ['+447797712345', '44', false],
    ['+525512345678', '52', true],
    ['+61491570156', '61', false],
    ['+61255501234', '61', true],
    ['+77172123456', '7', true],
  ])('should say of %s', (number, code, expected) => {
    expect(isGeographic(number, code)).toBe(expected);
    expect(isGeographicByLibrary(number, code)).toBe(expected);
  });

  it('should be what the library says, of whatever digits', () => {
    const national = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 4, maxLength: 12 });
    fc.assert(
      fc.property(fc.constantFrom(...CODES), national, (code, digits) => {
        const number = `+${code}${digits.join('')}`;
        expect([number, isGeographic(number, code)]).toEqual([number, isGeographicByLibrary(number, code)]);
      }),
      { numRuns: 5000 },
    );
  });

  it('should be what the library says of numbers near those that exist, in every country', () => {
    const known = getCountries().flatMap((country) => getExampleNumber(country, examples) ?? []);
    const changed = fc.tuple(fc.constantFrom(...known), fc.nat(11), fc.nat(9), fc.nat(9999));
    fc.assert(
      fc.property(changed, ([{ countryCallingCode, nationalNumber }, at, digit, last]) => {
        const tail = String(last).padStart(4, '0');
        const digits = `${nationalNumber.slice(0, -4)}${tail}`;
        const number = `+${countryCallingCode}${digits.slice(0, at)}${digit}${digits.slice(at + 1)}`;
        expect([number, isGeographic(number, countryCallingCode)]).toEqual([
          number,
          isGeographicByLibrary(number, countryCallingCode),
        ]);
      }),
      { numRuns: 5000 },
    );
  });
});
