import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from './load-config.js';

const TWILIO = {
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'token',
  TWILIO_PHONE_NUMBERS: '+12025550100, +12025550101',
};

const REQUIRED = { AUTH_MODE: 'required', JWT_SECRET: 'x'.repeat(32) };
const ISSUER = { AUTH_ISSUER: 'https://id.example.com/', AUTH_AUDIENCE: 'calls' };

describe('loadConfig', () => {
  it('should need nothing, and count an empty variable as unset', () => {
    const config = loadConfig({ PORT: '', DATABASE_URL: '' });
    expect(config).toMatchObject({
      PORT: 3000,
      HOST: '127.0.0.1',
      ROLE: 'all',
      DATA_DIR: '.data',
      AUTH_MODE: 'open',
    });
    expect(config.DATABASE_URL).toBeUndefined();
    expect(config.publicUrl).toBe('http://127.0.0.1:3000');
  });

  it('should read numbers, lists, switches and URLs', () => {
    const config = loadConfig({
      ...TWILIO,
      CARRIER_CPS: '2.5',
      MACHINE_DETECTION: 'true',
      CALL_RATES: '{"1": 0.014, "default": 0.4}',
      PUBLIC_URL: 'https://calls.example.com/base/',
    });
    expect(config.TWILIO_PHONE_NUMBERS).toEqual(['+12025550100', '+12025550101']);
    expect(config).toMatchObject({
      CARRIER_CPS: 2.5,
      MACHINE_DETECTION: true,
      CALL_RATES: { '1': 0.014, default: 0.4 },
    });
    expect(config.publicUrl).toBe('https://calls.example.com/base');
  });

  it('should take an outside issuer whose keys come by https, or from this machine', () => {
    for (const AUTH_JWKS_URL of ['https://id.example.com/keys', 'http://127.0.0.1:9/keys']) {
      expect(loadConfig({ ...ISSUER, AUTH_JWKS_URL })).toMatchObject({
        AUTH_JWKS_URL,
        AUTH_ROLE_CLAIM: 'role',
      });
    }
  });

  it('should not tell a secret that is too short', () => {
    for (const env of [{ JWT_SECRET: 'short-and-secret' }, { SECRETS_KEY: 'short-and-secret' }]) {
      expect(() => loadConfig(env)).toThrow(/^((?!short-and-secret).)*$/);
    }
  });

  it('should put an IPv6 address in brackets and every address on loopback', () => {
    expect(loadConfig({ HOST: '::1' }).publicUrl).toBe('http://[::1]:3000');
    expect(loadConfig({ HOST: '0.0.0.0', ...REQUIRED }).publicUrl).toBe('http://127.0.0.1:3000');
  });

  it('should serve its documents on loopback, and elsewhere only where it is told to', () => {
    const elsewhere = { HOST: '0.0.0.0', ...REQUIRED };
    const serves = (env: Record<string, string>) => loadConfig(env).servesDocs;
    expect([serves({}), serves({ HOST: '::1' }), serves(elsewhere)]).toEqual([true, true, false]);
    expect([serves({ API_DOCS: 'off' }), serves({ ...elsewhere, API_DOCS: 'on' })]).toEqual([false, true]);
  });

  it.each<[string, Record<string, string>]>([
    ['API_DOCS', { API_DOCS: 'yes' }],
    ['REQUEST_TIMEOUT_MS', { REQUEST_TIMEOUT_MS: '0' }],
    ['PORT', { PORT: '70000' }],
    ['PORT', { PORT: 'http' }],
    ['ROLE', { ROLE: 'boss' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://x' }],
    ['TWILIO_ACCOUNT_SID', { ...TWILIO, TWILIO_ACCOUNT_SID: 'AC1' }],
    ['TWILIO_PHONE_NUMBERS', { ...TWILIO, TWILIO_PHONE_NUMBERS: '12025550100' }],
    ['TWILIO_AUTH_TOKEN', { TWILIO_ACCOUNT_SID: TWILIO.TWILIO_ACCOUNT_SID }],
    ['AUTH_MODE', { AUTH_MODE: 'maybe' }],
    ['JWT_SECRET', { AUTH_MODE: 'required' }],
    ['JWT_SECRET', { JWT_SECRET: 'x'.repeat(31) }],
    ['AUTH_JWKS_URL', { ...ISSUER }],
    ['AUTH_JWKS_URL', { ...ISSUER, AUTH_JWKS_URL: 'http://id.example.com/keys' }],
    ['SECRETS_KEY', { SECRETS_KEY: 'x'.repeat(44) }],
    ['SECRETS_KEY', { SECRETS_KEY: `${'x'.repeat(43)}=,short` }],
    ['HOST', { HOST: '0.0.0.0' }],
    ['CARRIER_CPS', { CARRIER_CPS: '0' }],
    ['CALL_RATES', { CALL_RATES: '{"1": 0.014' }],
    ['CALL_RATES', { CALL_RATES: '[0.014]' }],
    ['CALL_RATES', { CALL_RATES: '{"+1": 0.014}' }],
    ['CALL_RATES', { CALL_RATES: '{"1": "0.014"}' }],
    ['CARRIER_BREAKER_PERCENT', { CARRIER_BREAKER_PERCENT: '101' }],
    ['MACHINE_DETECTION', { MACHINE_DETECTION: 'perhaps' }],
    ['WEBHOOKS_DNS_SERVERS', { WEBHOOKS_DNS_SERVERS: '127.0.0.1:53,dns.example' }],
    ['WEBHOOKS_TIMEOUT_MS', { WEBHOOKS_TIMEOUT_MS: '0' }],
    ['FAULT_POINT', { FAULT_POINT: 'anywhere:1' }],
    ['FAULT_POINT', { ...TWILIO, FAULT_POINT: 'claim.committed:1' }],
  ])('should name %s in one sentence for %j', (name, env) => {
    expect(() => loadConfig(env)).toThrow(ConfigError);
    expect(() => loadConfig(env)).toThrow(new RegExp(`${name}[^\\n]*\\.$`));
  });
});
