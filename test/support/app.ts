import 'reflect-metadata';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from '../../src/app.module.js';
import { createApp, createLogger, stop } from '../../src/app/index.js';
import { loadConfig, type AppConfig } from '../../src/config/index.js';
import { freePort } from '../../src/embedded/ports.js';
import { startSimulator, type Simulator } from '../../src/simulator/index.js';
import { watchAnswersOf } from './answers.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { createTestRedis, type TestRedis } from './redis.js';
import { workspacesByHeader } from './workspaces.js';

/** The variables that AppConfig reads. */
export type EnvName = Exclude<keyof AppConfig, 'publicUrl' | 'servesDocs' | 'isWorker'>;
export type TestSettings = Partial<Record<EnvName, string>>;

/** An answer with its body parsed; undefined where there is none. */
export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

/** Where a test does not say what it expects: `get<{ data: Campaign }>(…)`. */
export type Json = Record<string, unknown>;

export interface TestApp {
  /** e.g. `http://127.0.0.1:40123`, no slash at the end. */
  url: string;
  config: AppConfig;
  /** For `app.get(SomeService)`. */
  app: NestExpressApplication;
  simulator: Simulator;
  database: TestDatabase;
  redis: TestRedis;
  /** Paths below `/api/v1`: `get('/campaigns')`. */
  get<T = Json>(path: string): Promise<Answer<T>>;
  post<T = Json>(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  put<T = Json>(path: string, body: unknown): Promise<Answer<T>>;
  delete<T = Json>(path: string): Promise<Answer<T>>;
  /** Stops the app, then the simulator, then drops database and Redis keys. */
  close(): Promise<void>;
}

const ACCOUNT = {
  accountSid: `AC${'5'.repeat(32)}`,
  authToken: 'a-token-of-the-tests',
  fromNumbers: ['+12025550100', '+12025550101'],
};
/** The same in all apps of a test, which may share a database. */
export const SECRETS_KEY = Buffer.alloc(32, 'tests').toString('base64');
/** Fast enough for tests, slow enough to see a call in progress. */
const SPEED = '20';

/**
 * The whole app in this process, on a database and a Redis of its own, with a simulated carrier of its own.
 * @param account what the carrier's account has, where it is not the tests' usual one
 * @param o byHeader: each request says by a header which workspace it acts for
 */
export async function startTestApp(
  overrides: TestSettings = {},
  account: { fromNumbers?: string[] } = {},
  o: { byHeader?: boolean } = {},
): Promise<TestApp> {
  const database = await createTestDatabase();
  const redis = await createTestRedis();
  const settings = { SIMULATOR_SPEED: SPEED, LOG_LEVEL: 'error', RATE_LIMIT_PER_MINUTE: '0', ...overrides };
  const simulator = await startSimulator({
    ...ACCOUNT,
    ...account,
    seed: Number(settings.SIMULATOR_SEED ?? 1),
    speed: Number(settings.SIMULATOR_SPEED),
  });
  const config = loadConfig({
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    PORT: String(await freePort()),
    TWILIO_ACCOUNT_SID: ACCOUNT.accountSid,
    TWILIO_AUTH_TOKEN: ACCOUNT.authToken,
    TWILIO_PHONE_NUMBERS: ACCOUNT.fromNumbers.join(','),
    TWILIO_API_URL: simulator.url,
    SECRETS_KEY,
    ...settings,
  });
  const module = AppModule.forRoot(config);
  const root = o.byHeader ? workspacesByHeader(module) : module;
  const app = await createApp(root, config, createLogger(config));
  await app.listen(config.PORT, config.HOST);
  const release = async (): Promise<void> => {
    await simulator.close();
    await redis.close();
    await database.drop();
  };
  const url = `http://${config.HOST}:${config.PORT}`;
  await watchAnswersOf(url);
  return {
    url,
    config,
    app,
    simulator,
    database,
    redis,
    ...callersOf(`${url}/api/v1`),
    close: () => stop({ context: app, server: app.getHttpServer(), release }),
  };
}

/** @param always headers of every request, e.g. an API key */
export function callersOf(
  base: string,
  always: Record<string, string> = {},
): Pick<TestApp, 'get' | 'post' | 'put' | 'delete'> {
  const send = async <T>(method: string, path: string, body?: unknown, headers = {}): Promise<Answer<T>> => {
    const answer = await fetch(`${base}${path}`, {
      method,
      headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...always, ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: (text && JSON.parse(text)) as T };
  };
  return {
    get: (path) => send('GET', path),
    post: (path, body, headers) => send('POST', path, body, headers),
    put: (path, body) => send('PUT', path, body),
    delete: (path) => send('DELETE', path),
  };
}
