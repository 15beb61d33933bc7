import { describe, expect, it } from 'vitest';
import { signRequest } from './signature.js';

const TOKEN = '12345';
const PARAMS = {
  CallSid: 'CA1234567890ABCDE',
  Caller: '+14158675309',
  Digits: '1234',
  From: '+14158675309',
  To: '+18005551212',
};

/** Vectors from the specs of Twilio's own libraries (twilio-node, -python, -go, -ruby, -java, -csharp). */
describe('signRequest', () => {
  it.each([
    ['https://mycompany.com/myapp.php?foo=1&bar=2', 'RSOYDt4T1cUTdK1PDd93/VVr8B8='],
    ['http://mycompany.com:1234/myapp.php?foo=1&bar=2', 'Zmvh+3yNM1Phv2jhDCwEM3q5ebU='],
    ['https://user:pass@mycompany.com:443/myapp.php?foo=1&bar=2', 'ZQFR1PTIZXF2MXB8ZnKCvnnA+rI='],
    ['https://mycompany.com/myapp.php?foo=1&bar=2&Body=It%27s+amazing', 'TfZzewPq8wqrGlMfyAud8+/IvJ0='],
  ])('should sign %s as Twilio does', (url, signature) => {
    expect(signRequest(TOKEN, url, PARAMS)).toBe(signature);
  });
  it('should sort parameters and sign repeated values once', () => {
    const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
    const addresses = ['+1415xxxxxxx', '+1325xxxxxxx'];
    expect(signRequest(TOKEN, url, { 'MessagingBinding.Address': addresses })).toBe(
      '83O6e2vORAoJHUNzJjDWN1jz+BA=',
    );
    const repeated = { Sid: 'CA123', SidAccount: 'AC123', Digits: ['5678', '1234', '1234'] };
    expect(signRequest(TOKEN, url, repeated)).toBe('IK+Dwps556ElfBT0I3Rgjkr1wJU=');
    const reversed = Object.fromEntries(Object.entries(PARAMS).toReversed());
    expect(signRequest(TOKEN, url, reversed)).toBe('RSOYDt4T1cUTdK1PDd93/VVr8B8=');
  });
  it('should sign empty parameters too', () => {
    const url = 'https://mycompany.com/';
    expect(signRequest(TOKEN, url, { ToCity: '' })).not.toBe(signRequest(TOKEN, url, {}));
  });
});
