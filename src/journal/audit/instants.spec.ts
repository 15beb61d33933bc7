import { describe, expect, it } from 'vitest';
import { newId } from '../../common/index.js';
import { instantOf, leastIdAt } from './instants.js';

describe('the instant in an id', () => {
  it('should be when it was made', () => {
    const before = Date.now();
    const at = instantOf(newId()).getTime();
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
  });

  it('should be where ids of that instant begin', () => {
    const id = newId();
    const at = instantOf(id);
    expect(leastIdAt(at) <= id).toBe(true);
    expect(leastIdAt(new Date(at.getTime() + 1)) > id).toBe(true);
    expect(leastIdAt(new Date(-5))).toBe('00000000-0000-0000-0000-000000000000');
  });
});
