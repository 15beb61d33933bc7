import { describe, expect, it } from 'vitest';
import { maskPhones } from './logging.js';

describe('maskPhones', () => {
  it.each([
    ['Call to +12025550123 failed', 'Call to +12*******23 failed'],
    ['GET /leads?phone=%2B447700900123 200', 'GET /leads?phone=+44********23 200'],
    ['{"to":"+12025550123","from":"+12025550199"}', '{"to":"+12*******23","from":"+12*******99"}'],
    ['2026-11-22T20:00:00.000+00:00 took 1234567890 ms', '2026-11-22T20:00:00.000+00:00 took 1234567890 ms'],
  ])('should turn %j into %j', (text, masked) => {
    expect(maskPhones(text)).toBe(masked);
  });
});
