import { describe, expect, it } from 'vitest';
import { claimAt } from './claim-at.js';

const CLAIMS = {
  role: 'owner',
  'https://example.com/role': 'manager',
  realm_access: { roles: ['viewer'] },
};

describe('claimAt', () => {
  it.each([
    ['role', 'owner'],
    ['https://example.com/role', 'manager'],
    ['realm_access.roles', ['viewer']],
    ['realm_access.nothing', undefined],
    ['constructor.name', undefined],
    ['__proto__', undefined],
  ])('should find %s: %j', (name, value) => {
    expect(claimAt(CLAIMS, name)).toEqual(value);
  });
});
