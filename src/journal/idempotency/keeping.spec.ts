import { describe, expect, it } from 'vitest';
import { SecretBox } from '../../config/index.js';
import { nameOf, sealedKeeping } from './keeping.js';

describe('what is kept of a request with secrets', () => {
  const boxOf = (word: string) =>
    new SecretBox({ SECRETS_KEY: [Buffer.alloc(32, word).toString('base64')], JWT_SECRET: undefined });
  const box = boxOf('ours');
  const own = sealedKeeping(box, 'workspace', 'key-1');

  it('should be read with the key of the client, ours and the workspace alone', () => {
    const kept = own.keep('{"secret":"x"}');
    expect(sealedKeeping(boxOf('ours'), 'workspace', 'key-1').show(kept)).toBe('{"secret":"x"}');
    const others = [
      sealedKeeping(box, 'workspace', 'key-2'),
      sealedKeeping(box, 'another', 'key-1'),
      sealedKeeping(box, 'workspace', nameOf('key-1')),
      sealedKeeping(boxOf('theirs'), 'workspace', 'key-1'),
    ];
    expect(others.map((other) => other.show(kept))).toEqual([null, null, null, null]);
    expect(new Set([own, ...others].map((each) => each.mark('f'))).size).toBe(5);
  });
});
