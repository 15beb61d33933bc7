import { describe, expect, it } from 'vitest';
import { splitOverride } from './connection-override.js';

describe('splitOverride', () => {
  it('should take Twilio’s defaults: one retry, only without a connection', () => {
    const { url, override } = splitOverride('http://app.example:3000/hook?call=1');
    expect(url).toBe('http://app.example:3000/hook?call=1');
    expect(override).toEqual({
      retries: 1,
      policies: new Set(['ct']),
      connectMs: 5000,
      readMs: 15_000,
      totalMs: 15_000,
    });
  });
  it('should read the fragment and leave it out of the URL', () => {
    const { url, address, override } = splitOverride(
      'https://app.example/hook#rc=5&rp=4xx,rt&ct=200&rt=300&tt=400',
    );
    expect([url, address.href]).toEqual(['https://app.example/hook', 'https://app.example/hook']);
    expect(override).toEqual({
      retries: 5,
      policies: new Set(['rt', '4xx']),
      connectMs: 200,
      readMs: 300,
      totalMs: 400,
    });
    expect(splitOverride('https://app.example/#rp=all').override.policies.size).toBe(4);
  });
  it('should bring values into range and pass over nonsense', () => {
    const { override } = splitOverride('https://app.example/#rc=99&ct=1&rt=x&tt=');
    expect(override).toMatchObject({ retries: 5, connectMs: 100, readMs: 15_000, totalMs: 15_000 });
  });
  it('should keep apart what different fragments say, however many there are', () => {
    const asked = Array.from({ length: 250 }, (_, index) => 200 + index);
    const twice = [...asked, ...asked];
    const readMs = (ms: number) => splitOverride(`https://app.example/#rt=${ms}`).override.readMs;
    expect(twice.map(readMs)).toEqual(twice);
  });
});
