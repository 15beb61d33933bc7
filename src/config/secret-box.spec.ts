import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SecretBox } from './secret-box.js';

const key = () => randomBytes(32).toString('base64');
const boxOf = (keys: string[], JWT_SECRET?: string) => new SecretBox({ SECRETS_KEY: keys, JWT_SECRET });
const HOOK = { purpose: 'webhook secret', about: 'one' };
const SECRET = 'whsec_a secret, ä';

describe('a secret that is sealed', () => {
  const [first, second] = [key(), key()];

  it('should be opened by whoever has the key, and be sealed differently each time', () => {
    const sealed = boxOf([first]).seal(SECRET, HOOK);
    expect(sealed).toMatch(/^v1\.[\w-]+$/);
    expect(Buffer.from(sealed.slice(3), 'base64url').includes(SECRET)).toBe(false);
    expect(boxOf([first]).open(sealed, HOOK)).toBe(SECRET);
    expect(boxOf([first]).seal(SECRET, HOOK)).not.toBe(sealed);
    expect(boxOf([first]).open(boxOf([first]).seal('', HOOK), HOOK)).toBe('');
  });

  it('should be opened after the key was changed, while the one before is named behind it', () => {
    const sealed = boxOf([first]).seal(SECRET, HOOK);
    expect(boxOf([second, first]).open(sealed, HOOK)).toBe(SECRET);
    expect(boxOf([second]).open(sealed, HOOK)).toBeNull();
    const areCurrent = [[first], [first, second], [second, first]].map((keys) =>
      boxOf(keys).isCurrent(sealed, HOOK),
    );
    expect(areCurrent).toEqual([true, true, false]);
    expect(boxOf([second]).open(boxOf([second, first]).seal(SECRET, HOOK), HOOK)).toBe(SECRET);
  });

  it('should be kept by JWT_SECRET where there is no other key, and be opened once there is', () => {
    const sealed = boxOf([], 'x'.repeat(32)).seal(SECRET, HOOK);
    expect(boxOf([], 'x'.repeat(32)).open(sealed, HOOK)).toBe(SECRET);
    expect(boxOf([first], 'x'.repeat(32)).open(sealed, HOOK)).toBe(SECRET);
    expect(boxOf([], 'y'.repeat(32)).open(sealed, HOOK)).toBeNull();
  });

  it.each([
    ['another thing', { ...HOOK, about: 'two' }],
    ['another purpose', { ...HOOK, purpose: 'answer' }],
    ['another word', { ...HOOK, word: 'open' }],
  ])('should not be opened for %s', (_what, other) => {
    const box = boxOf([first]);
    expect(box.open(box.seal(SECRET, HOOK), other)).toBeNull();
    expect(box.open(box.seal(SECRET, other), other)).toBe(SECRET);
  });

  it('should not be opened when anything of it was changed', () => {
    const box = boxOf([first]);
    const sealed = box.seal(SECRET, HOOK);
    const bytes = Buffer.from(sealed.slice(3), 'base64url');
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      expect(box.open(`v1.${changed.toString('base64url')}`, HOOK)).toBeNull();
    }
    for (const text of ['', 'v1.', 'v1.AAAA', sealed.slice(0, -4), sealed.slice(3), SECRET]) {
      expect(box.open(text, HOOK)).toBeNull();
    }
  });

  it('should be sealed by nobody who has no key', () => {
    expect(() => boxOf([]).seal(SECRET, HOOK)).toThrow('SECRETS_KEY');
  });
});

describe('a mark', () => {
  it('should be the same for the same text and thing, and for nothing else', () => {
    const [one, other] = [boxOf([key()]), boxOf([key()])];
    const mark = one.mark('text', HOOK);
    expect(one.mark('text', HOOK)).toBe(mark);
    const others = [
      one.mark('texts', HOOK),
      one.mark('text', { ...HOOK, about: 'two' }),
      one.mark('text', { ...HOOK, word: 'open' }),
      other.mark('text', HOOK),
    ];
    expect(new Set([mark, ...others]).size).toBe(5);
  });
});
