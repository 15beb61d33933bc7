import { describe, expect, it } from 'vitest';
import { deadEndOf } from './sip.js';

describe('deadEndOf', () => {
  it('should be sure of a number only by the codes that say so', () => {
    const codes = Array.from({ length: 400 }, (_, i) => 300 + i);
    expect(codes.filter((code) => deadEndOf('failed', code) === 'number_not_in_service')).toEqual([
      404, 410, 484, 604,
    ]);
    expect(codes.filter((code) => deadEndOf('busy', code) === 'call_unwanted')).toEqual([607]);
    expect(deadEndOf('failed', undefined)).toBeNull();
    expect([deadEndOf('completed', 404), deadEndOf('canceled', 404)]).toEqual([null, null]);
  });
});
