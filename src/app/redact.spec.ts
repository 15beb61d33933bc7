import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config/index.js';
import { maskPhones, redactor } from './redact.js';

describe('maskPhones', () => {
  it.each([
    ['Call to +12025550123 failed', 'Call to +12*******23 failed'],
    ['GET /leads?phone=%2B447700900123 200', 'GET /leads?phone=+44********23 200'],
    ['{"to":"+12025550123","from":"+12025550199"}', '{"to":"+12*******23","from":"+12*******99"}'],
    ['2026-11-22T20:00:00.000+00:00 took 1234567890 ms', '2026-11-22T20:00:00.000+00:00 took 1234567890 ms'],
  ])('should turn %j into %j', (text, masked) => {
    expect(maskPhones(text)).toBe(masked);
  });
});

describe('redactor', () => {
  const redact = redactor(
    loadConfig({
      DATABASE_URL: 'postgres://campaign:the-database-password@localhost/campaign',
      REDIS_URL: 'redis://:short@localhost',
      TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
      TWILIO_AUTH_TOKEN: 'the-auth-token-of-twilio',
      TWILIO_PHONE_NUMBERS: '+12025550100',
      JWT_SECRET: 'the secret that signs access tokens',
      SECRETS_KEY: `${'k'.repeat(43)}=,${'o'.repeat(43)}=`,
    }),
  );

  it.each([
    ['the-auth-token-of-twilio was wrong', '*** was wrong'],
    ['signed with the secret that signs access tokens', 'signed with ***'],
    [`keys ${'k'.repeat(43)}= and ${'o'.repeat(43)}=`, 'keys *** and ***'],
    ['connecting with the-database-password', 'connecting with ***'],
    ['sent Bearer eyJhbGciOiJub25lIn0.e30. and', 'sent Bearer *** and'],
    ['Authorization: Bearer eyJhbGciOiJub25lIn0.e30.', 'Authorization: *** ***'],
    ['key ck_live_a1b2c3d4e5f6 is unknown', 'key ck_live_*** is unknown'],
    ['redis://:hunter2222@localhost:6379 refused', 'redis://:***@localhost:6379 refused'],
    ['{"email":"a@b.example","password":"hunter22"}', '{"email":"a@b.example","password":"***"}'],
    ['{"message":"{\\"password\\":\\"hunter22\\"}"}', '{"message":"{\\"password\\":\\"***\\"}"}'],
    ['POST /login?refresh_token=abcdefgh&x=1', 'POST /login?refresh_token=***&x=1'],
    ['The short answer', 'The short answer'],
    [
      'Campaign 01930000-0000-7000-8000-000000000000 started',
      'Campaign 01930000-0000-7000-8000-000000000000 started',
    ],
  ])('should turn %j into %j', (text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });
});
