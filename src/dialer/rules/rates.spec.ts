import { describe, expect, it } from 'vitest';
import { DEFAULT_RATES, Rates } from './rates.js';

describe('Rates', () => {
  it('should take the longest beginning that has a price', () => {
    const rates = new Rates({ '1': 0.01, '1876': 0.5, '91': 0.04 });
    const prices = ['+14155550116', '+18765550116', '+919529117230'].map((to) => rates.perMinute(to));
    expect(prices).toEqual([10_000, 500_000, 40_000]);
  });

  it('should take the default, the highest price, for a country without one', () => {
    const highest = Math.max(...Object.values(DEFAULT_RATES));
    expect(new Rates().perMinute('+6795550116')).toBe(highest * 1_000_000);
    expect(new Rates({ default: 0.3 }).perMinute('+6795550116')).toBe(300_000);
  });

  it('should keep to whole micros', () => {
    expect(new Rates({ '44': 0.0000014 }).perMinute('+441632960961')).toBe(1);
  });
});
