import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isSignedByTwilio, parseCallback } from './twilio-callback.js';

interface Vector {
  name: string;
  kind: 'form' | 'json';
  authToken: string;
  url: string;
  params: Record<string, string | string[]>;
  signature: string | null;
  expectValid: boolean;
}

const fixture = new URL('../../../test/fixtures/twilio-signature-vectors.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(fixture, 'utf8')) as { vectors: Vector[] };
/** Callbacks of calls are forms; Twilio's JSON webhooks are other products. */
const forms = vectors.filter((vector) => vector.kind === 'form');

function formOf(params: Vector['params']): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(params))
    for (const each of [value].flat()) form.append(name, each);
  return form.toString();
}

describe('isSignedByTwilio', () => {
  it('should have vectors of both kinds to prove itself on', () => {
    expect(new Set(forms.map((vector) => vector.expectValid))).toEqual(new Set([true, false]));
  });

  it.each(forms)('should judge the official SDKs\' vector "$name"', (vector) => {
    const parameters = parseCallback(formOf(vector.params));
    const isValid = isSignedByTwilio(vector.authToken, vector.signature ?? '', vector.url, parameters);
    expect(isValid).toBe(vector.expectValid);
  });

  it('should refuse a URL that is none instead of throwing', () => {
    expect(isSignedByTwilio('token', 'x', 'not a url', {})).toBe(false);
  });
});

describe('parseCallback', () => {
  it('should keep empty, repeated, spaced and hostile parameters as they were sent', () => {
    const parameters = parseCallback('ToCity=&A=1&A=2&A=3&Body=%20x+y%20&__proto__=z');
    expect(Object.entries(parameters)).toEqual([
      ['ToCity', ''],
      ['A', ['1', '2', '3']],
      ['Body', ' x y '],
      ['__proto__', 'z'],
    ]);
  });
});
