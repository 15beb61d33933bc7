import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readWhole } from './read-whole.js';

describe('readWhole', () => {
  it('should read all bytes, up to the most that are allowed', async () => {
    const stream = new PassThrough();
    const whole = readWhole(stream, 6);
    stream.write('abc');
    stream.end('def');
    expect((await whole)?.toString()).toBe('abcdef');
  });

  it('should answer null as soon as there are more', async () => {
    const stream = new PassThrough();
    const whole = readWhole(stream, 5);
    stream.write('abcdef');
    expect(await whole).toBeNull();
    stream.destroy();
  });

  it('should reject where the other side goes away before the end', async () => {
    const stream = new PassThrough();
    const whole = readWhole(stream, 6);
    stream.write('abc');
    stream.destroy();
    await expect(whole).rejects.toThrow('The connection was closed');
  });
});
