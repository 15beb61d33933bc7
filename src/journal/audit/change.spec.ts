import { describe, expect, it } from 'vitest';
import { changed, storable } from './change.js';

describe('changed', () => {
  it('should tell what differs, as it was and as it is', () => {
    const at = new Date(0);
    const was = { name: 'a', weight: 1, endAt: at, window: { days: [1] }, other: true };
    const given = { name: 'b', weight: undefined, endAt: new Date(0), window: { days: [1, 2] }, note: null };
    expect(changed(was, given)).toEqual({
      before: { name: 'a', window: { days: [1] }, note: null },
      after: { name: 'b', window: { days: [1, 2] }, note: null },
    });
  });
});

describe('storable', () => {
  it('should leave secrets out wherever they are, and cut long texts', () => {
    const text = storable({ password: 'x', deep: [{ signingSecret: { a: 1 } }], prompt: 'p'.repeat(5000) });
    expect(JSON.parse(text ?? '')).toEqual({
      password: '[secret]',
      deep: [{ signingSecret: '[secret]' }],
      prompt: `${'p'.repeat(1000)}…`,
    });
  });

  it('should store nothing for nothing', () => {
    expect([storable(null), storable(undefined)]).toEqual([null, null]);
  });
});
