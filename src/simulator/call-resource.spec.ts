import { describe, expect, it } from 'vitest';
import { rfc2822 } from './call-resource.js';

describe('rfc2822', () => {
  it('should write each second as itself, forwards and backwards', () => {
    const times = [1_795_376_485_000, 1_795_376_485_999.9, 1_795_376_486_000, 1_795_376_485_500, 0];
    expect(times.map(rfc2822)).toEqual([
      'Sun, 22 Nov 2026 19:41:25 +0000',
      'Sun, 22 Nov 2026 19:41:25 +0000',
      'Sun, 22 Nov 2026 19:41:26 +0000',
      'Sun, 22 Nov 2026 19:41:25 +0000',
      'Thu, 01 Jan 1970 00:00:00 +0000',
    ]);
  });
});
