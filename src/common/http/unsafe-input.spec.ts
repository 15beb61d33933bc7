import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refuseUnsafe } from './unsafe-input.js';

describe('refuseUnsafe', () => {
  it('should let every harmless JSON value pass', () => {
    const harmless = fc
      .jsonValue({ maxDepth: 6 })
      .filter((value) => !/__proto__|constructor|prototype|\\u0000/.test(JSON.stringify(value)));
    fc.assert(
      fc.property(harmless, (value) => {
        refuseUnsafe(value);
      }),
    );
  });

  it('should find a NUL character wherever it is', () => {
    const harmless = fc.array(fc.stringMatching(/^[a-z]+$/), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(harmless, fc.boolean(), (path, isKey) => {
        const leaf: unknown = isKey ? { 'a\0': 1 } : 'a\0b';
        const value = path.reduceRight((inner, key) => ({ [key]: inner }), leaf);
        expect(() => refuseUnsafe(value)).toThrow('Validation failed');
      }),
    );
  });

  it.each([
    '{"__proto__":1}',
    '[{"a":{"__proto__":{}}}]',
    '{"constructor":{"prototype":{}}}',
    '{"constructor":null}',
    '{"metadata":{"constructor":"Acme Builders"}}',
    '{"metadata":[{"prototype":1}]}',
  ])('should refuse %s', (json) => {
    expect(() => refuseUnsafe(JSON.parse(json))).toThrow('Validation failed');
  });

  it.each(['"a\\ud800b"', '"\\udc00\\ud800"', '{"a":{"\\udfff":1}}'])(
    'should refuse half a pair in %s',
    (json) => {
      expect(() => refuseUnsafe(JSON.parse(json))).toThrow('Validation failed');
    },
  );

  it('should let whole pairs pass', () => {
    expect(() => refuseUnsafe({ name: '😀 \ud83d\ude00' })).not.toThrow();
  });

  it('should refuse nesting that would exhaust a stack', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(() => refuseUnsafe(deep)).toThrow('Validation failed');
  });
});
