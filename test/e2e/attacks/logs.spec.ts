import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { spawnApp, type AppProcess } from '../../support/processes.js';
import { createTestRedis, type TestRedis } from '../../support/redis.js';
import { waitFor } from '../../support/wait-for.js';

const DIGITS = '12025550147';
const SECRETS = {
  bearer: 'eyJhbGciOiJSUzI1NiJ9.secret-of-a-token.sig',
  key: 'ck_live_0123456789abcdef',
  password: 'correct-horse-battery',
  twilio: 'the-auth-token-of-the-log-test',
};
const JSON_TYPE = { 'Content-Type': 'application/json' };
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

let database: TestDatabase;
let redis: TestRedis;
let app: AppProcess;

beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  app = await spawnApp({
    role: 'api',
    env: {
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      TWILIO_ACCOUNT_SID: `AC${'8'.repeat(32)}`,
      TWILIO_AUTH_TOKEN: SECRETS.twilio,
      TWILIO_PHONE_NUMBERS: '+12025550100',
      // The discard port: nobody listens there.
      TWILIO_API_URL: 'http://127.0.0.1:9',
      LOG_LEVEL: 'silly',
      LOG_FORMAT: 'json',
    },
  });
});
afterAll(async () => {
  await app.kill();
  await redis.close();
  await database.drop();
});

/** Requests with a number or a secret in every place there is. */
async function tellEverything(): Promise<void> {
  const api = `${app.url}/api/v1`;
  const send = (path: string, init: RequestInit = {}) => fetch(`${api}${path}`, init);
  const json = (body: object, headers = {}): RequestInit => ({
    method: 'POST',
    headers: { ...JSON_TYPE, ...headers },
    body: JSON.stringify(body),
  });
  const campaign = (await (await send('/campaigns', json({ name: 'Logged' }))).json()) as {
    data: { id: string };
  };
  const leads = `/campaigns/${campaign.data.id}/leads`;
  const form = new FormData();
  form.append(
    'file',
    new Blob([`phoneNumber,name\n+${DIGITS},${SECRETS.password}\n+1,x\n`]),
    `+${DIGITS}.csv`,
  );
  await send(leads, json({ phoneNumber: `+${DIGITS}`, name: SECRETS.password }));
  await send(leads, json({ phoneNumber: `+${DIGITS}` }));
  await send(`${leads}/upload`, { method: 'POST', body: form });
  await send(`${leads}?search=%2B${DIGITS}`);
  await send(`${leads}?search=${DIGITS}&access_token=${SECRETS.bearer}`);
  await send(`${leads}/+${DIGITS}`);
  await send(`${leads}/${DIGITS}?token=${SECRETS.key}`);
  await send(`/nothing/%2B${DIGITS}`);
  await send('/agents', { headers: { Authorization: `Bearer ${SECRETS.bearer}`, 'X-API-Key': SECRETS.key } });
  await send('/agents', json({ name: 'x', password: SECRETS.password, phone: `+${DIGITS}` }));
  await send('/agents', { ...json({}), body: `{"password":"${SECRETS.password}","phone":"+${DIGITS}"` });
  await send('/suppressions', json({ phoneNumber: `+${DIGITS}` }));
  for (const id of ['01930000-0000-7000-8000-000000000000', DIGITS]) {
    await fetch(`${app.url}/webhooks/twilio/calls/${id}/status?To=%2B${DIGITS}`, {
      method: 'POST',
      headers: { ...FORM, 'X-Twilio-Signature': SECRETS.bearer },
      body: `To=%2B${DIGITS}&AccountSid=AC1`,
    });
  }
}

describe('the log at its most talkative', () => {
  it('should tell of each request, and of no number and no secret in any of them', async () => {
    await tellEverything();
    await waitFor(() => /Refused a carrier callback.*\n[^]*Refused a carrier callback/.test(app.output()));
    const lines = app.output().split('\n');
    const requests = lines.filter((line) => line.includes('"level":"http"'));
    expect(requests.length).toBeGreaterThanOrEqual(12);
    expect(requests.some((line) => line.includes('/leads/***'))).toBe(true);
    const told = [DIGITS.slice(-10), ...Object.values(SECRETS), new URL(database.url).password].filter(
      (secret) => secret.length > 9 && lines.some((line) => line.includes(secret)),
    );
    expect(told).toEqual([]);
  });
});
