import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardFormula, unguardFormula } from './formula.js';

describe('guardFormula', () => {
  it.each(['=1+1', '+1+cmd|x', '-2', '@SUM(A1)', '\t=1', ' =1', '＝1', "'=1", '+1 202 555 0100', '\r=1'])(
    'should put an apostrophe before %j',
    (text) => {
      expect(guardFormula(text)).toBe(`'${text}`);
    },
  );

  it.each(['+12025550100', '+447700900123', 'John Doe', "O'Neil", '{"a":"=1"}', '', '2-1', "'tis"])(
    'should leave %j as it is',
    (text) => {
      expect(guardFormula(text)).toBe(text);
    },
  );

  it('should be taken back to the letter, whatever the text was', () => {
    const like = fc.string({ unit: fc.constantFrom("'", '=', '+', '1', ' ', '\t', 'a') });
    fc.assert(
      fc.property(fc.oneof(fc.string(), like), (text) => unguardFormula(guardFormula(text)) === text),
    );
  });
});
