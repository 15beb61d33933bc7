import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from './database.js';
import { spawnApp, type AppProcess } from './processes.js';
import { createTestRedis } from './redis.js';

let app: AppProcess | undefined;
let database: TestDatabase | undefined;
afterEach(async () => {
  await app?.kill('SIGKILL');
  await database?.drop();
});

const isGone = (pid: number) =>
  readFile(`/proc/${pid}/cmdline`, 'utf8').then(
    (command) => command === '',
    () => true,
  );

describe('spawnApp', () => {
  it.each(['api', 'worker'] as const)('should start a %s process and end it gracefully', async (role) => {
    database = await createTestDatabase();
    const redis = await createTestRedis();
    // The carrier is never reached: nothing listens on the discard port.
    const carrier = { TWILIO_ACCOUNT_SID: `AC${'5'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'a-token-of-the-tests' };
    const numbers = { TWILIO_PHONE_NUMBERS: '+12025550100', TWILIO_API_URL: 'http://127.0.0.1:9' };
    const env = { DATABASE_URL: database.url, REDIS_URL: redis.url, ...carrier, ...numbers };
    app = await spawnApp({ env, role });
    expect(await isGone(app.pid)).toBe(false);
    await app.kill();
    expect(await isGone(app.pid)).toBe(true);
  });

  it('should tell at once what a process printed that ends instead of getting ready', async () => {
    const begun = Date.now();
    await expect(spawnApp({ env: { LOG_LEVEL: 'loud' } })).rejects.toThrow(
      /process ended with 1[^]*LOG_LEVEL/,
    );
    expect(Date.now() - begun).toBeLessThan(10_000);
  });
});
