import { describe, expect, it } from 'vitest';
import { gapsIn, type Records } from './records.js';

const WHOLE: Records = {
  unfinished: 0,
  calls: 10,
  answered: 10,
  callbacks: 40,
  leadsCompleted: 10,
  leadsCounted: 10,
};

describe('gapsIn', () => {
  it('should find none where every call ended, was told four times, completed its lead and was counted', () => {
    expect(gapsIn(WHOLE, 10)).toEqual([]);
  });

  it.each(Object.keys(WHOLE))('should tell that %s is not as it must be', (name) => {
    const gaps = gapsIn({ ...WHOLE, [name]: 3 }, 10);
    expect(gaps).toHaveLength(1);
    expect(gaps[0]).toMatch(/^3 .* expected$/);
  });
});
