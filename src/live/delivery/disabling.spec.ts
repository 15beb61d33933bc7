import { describe, expect, it } from 'vitest';
import { disabledReasonOf } from './disabling.js';

const DAY_MS = 86_400_000;

describe('disabledReasonOf', () => {
  it.each([
    ['GONE', { deadInRow: 0, failingMs: 0, statusCode: 410 }],
    ['DEAD_LETTERS', { deadInRow: 10, failingMs: DAY_MS, statusCode: 500 }],
    ['FAILING', { deadInRow: 1, failingMs: 5 * DAY_MS, statusCode: null }],
  ])('should say %s for %j', (code, record) => {
    expect(disabledReasonOf(record)?.code).toBe(code);
  });

  it.each([
    { deadInRow: 9, failingMs: 2 * DAY_MS, statusCode: 500 },
    { deadInRow: 0, failingMs: 6 * DAY_MS, statusCode: 500 },
    { deadInRow: 1, failingMs: 4 * DAY_MS, statusCode: 404 },
  ])('should go on for %j', (record) => {
    expect(disabledReasonOf(record)).toBeNull();
  });
});
