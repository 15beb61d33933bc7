import { describe, expect, it } from 'vitest';
import { ROLES } from '../../common/index.js';
import type { AccessRule } from '../../common/http/index.js';
import { refusalFor } from './rights.js';

const route = (role: AccessRule['role'], area?: AccessRule['area']): AccessRule => ({
  isPublic: false,
  role,
  area,
});

describe('refusalFor', () => {
  it('should let in the role and every stronger one', () => {
    for (const [least, needed] of ROLES.entries()) {
      const letIn = ROLES.filter((role) => !refusalFor({ role, scopes: null }, route(needed)));
      expect(letIn).toEqual(ROLES.slice(least));
    }
  });

  it.each([
    [['leads:read'], route('viewer', 'leads'), true],
    [['leads:write'], route('viewer', 'leads'), true],
    [['leads:write'], route('operator', 'leads'), true],
    [['leads:read'], route('operator', 'leads'), false],
    [['agents:write'], route('viewer', 'leads'), false],
    [[], route('viewer', 'leads'), false],
    [[], route('viewer', 'any'), true],
    [['leads:write'], route('owner'), false],
  ])('should hold a key with the scopes %j at %j: %s', (scopes, rule, isLetIn) => {
    expect(refusalFor({ role: 'owner', scopes }, rule) === undefined).toBe(isLetIn);
  });

  it('should not let a scope make up for a role', () => {
    expect(refusalFor({ role: 'viewer', scopes: ['leads:write'] }, route('operator', 'leads'))).toMatchObject(
      {
        code: 'FORBIDDEN',
        kind: 'forbidden',
      },
    );
  });

  it('should let nobody in where nothing is said', () => {
    expect(refusalFor({ role: 'owner', scopes: null }, undefined)).toMatchObject({ code: 'FORBIDDEN' });
  });
});
