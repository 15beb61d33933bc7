import { describe, expect, it } from 'vitest';
import { credentialOf } from './credential.js';

describe('credentialOf', () => {
  it.each([
    [{}, undefined],
    [{ authorization: 'Bearer ck_live_x' }, { kind: 'key', text: 'ck_live_x' }],
    [{ authorization: 'bearer  a.b.c ' }, { kind: 'token', text: 'a.b.c' }],
    [{ 'x-api-key': 'ck_live_x' }, { kind: 'key', text: 'ck_live_x' }],
    [
      { authorization: 'Bearer a.b.c', 'x-api-key': 'ck_live_x' },
      { kind: 'token', text: 'a.b.c' },
    ],
  ])('should find in %j: %j', (headers, credential) => {
    expect(credentialOf(headers)).toEqual(credential);
  });

  it.each([
    '',
    'Bearer',
    'Bearer ',
    'Basic dXNlcjpwYXNz',
    'Bearer a b',
    `Bearer ${'x'.repeat(9000)}`,
    'Bearer \u00e9',
  ])('should refuse the Authorization %j', (authorization) => {
    expect(() => credentialOf({ authorization })).toThrow(expect.objectContaining({ code: 'INVALID_TOKEN' }));
  });
});
