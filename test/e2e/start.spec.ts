import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/build.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { scratchFolder, spawnApp, spawnNode } from '../support/processes.js';
import { createTestRedis, type TestRedis } from '../support/redis.js';
import { waitFor } from '../support/wait-for.js';

const MAIN = join(ROOT, 'dist', 'src', 'main.js');
const MIGRATE = join(ROOT, 'dist', 'src', 'migrate.main.js');
/** The discard port: nobody listens there. */
const NOBODY = '127.0.0.1:9';
const TWILIO = {
  TWILIO_ACCOUNT_SID: `AC${'5'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'a-token-of-the-tests',
  TWILIO_PHONE_NUMBERS: '+12025550100',
  TWILIO_API_URL: `http://${NOBODY}`,
};

interface Ending {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a compiled program until it ends by itself. */
async function run(args: string[], settings: Record<string, string>): Promise<Ending> {
  const child = await spawnNode(args, settings);
  const ending: Ending = { status: null, stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (ending.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (ending.stderr += text));
  [ending.status] = (await once(child, 'close')) as [number];
  return ending;
}

/** Command lines of processes that name the folder. */
async function processesNaming(folder: string): Promise<string[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = names.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
  return (await Promise.all(lines)).filter((line) => line.includes(folder));
}

describe('a start with nothing configured', () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = join(await scratchFolder(), 'data');
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));

  it('should bring its own services, say where things are, and find its data again', async () => {
    const first = await spawnApp({ env: { DATA_DIR: dataDir } });
    const key = await readFile(join(dataDir, 'secrets.key'), 'utf8');
    expect((await fetch(`${first.url}/api/v1/health`)).status).toBe(200);
    await waitFor(() => first.output().includes('Carrier'), { message: 'the banner' });
    for (const path of ['/api/v1', '/api-docs', '/health'])
      expect(first.output()).toContain(`${first.url}${path}`);
    expect(first.output()).toMatch(/simulated, nobody is called; what rang: http:\/\/\S+\/ledger/);
    const created = await fetch(`${first.url}/api/v1/campaigns`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"name":"Kept"}',
    });
    expect(created.status).toBe(201);
    await first.kill('SIGINT');
    expect(await processesNaming(dataDir)).toEqual([]);

    const second = await spawnApp({ env: { DATA_DIR: dataDir } });
    expect(await readFile(join(dataDir, 'secrets.key'), 'utf8')).toBe(key);
    const list = await (await fetch(`${second.url}/api/v1/campaigns`)).text();
    expect(list).toContain('"Kept"');
    await second.kill('SIGTERM');
    expect(await processesNaming(dataDir)).toEqual([]);
  });
});

describe('a start on services of its own', () => {
  let database: TestDatabase;
  let redis: TestRedis;
  let settings: Record<string, string>;
  beforeAll(async () => {
    database = await createTestDatabase();
    redis = await createTestRedis();
    settings = { DATABASE_URL: database.url, REDIS_URL: redis.url, ...TWILIO };
  });
  afterAll(async () => {
    await redis.close();
    await database.drop();
  });

  it('should take any free port for PORT=0 and print it', async () => {
    const child = await spawnNode([MAIN], { ...settings, PORT: '0' });
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (printed += text));
    child.stderr?.resume();
    const url = await waitFor(() => /Health\s+(http:\S+)/.exec(printed)?.[1], { timeoutMs: 20_000 });
    expect(url).not.toContain(':0/');
    expect((await fetch(url)).status).toBe(200);
    expect(printed).toContain('Twilio: calls are real');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('should serve no HTTP as a worker, and end with 0', async () => {
    const worker = await spawnApp({ env: settings, role: 'worker' });
    await expect(fetch(`${worker.url}/health`)).rejects.toThrow('fetch failed');
    await worker.kill('SIGTERM');
  });

  it('should finish the request in progress before it ends', async () => {
    const app = await spawnApp({ env: settings });
    const body = JSON.stringify({ name: 'In progress' });
    let send = (): void => undefined;
    const slow = fetch(`${app.url}/api/v1/campaigns`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      duplex: 'half',
      body: new ReadableStream({
        start(controller) {
          controller.enqueue(Buffer.from(body.slice(0, 5)));
          send = () => {
            controller.enqueue(Buffer.from(body.slice(5)));
            controller.close();
          };
        },
      }),
    });
    // The first half is on its way before the stop is asked for: the health check came after it.
    await fetch(`${app.url}/health`);
    const ended = app.kill('SIGTERM');
    await waitFor(() => app.output().includes('SIGTERM: stopping'), { message: 'the stop' });
    const isClosed = () =>
      fetch(`${app.url}/health`).then(
        () => false,
        () => true,
      );
    await waitFor(isClosed, { message: 'the port to close' });
    send();
    expect((await slow).status).toBe(201);
    await ended;
  });

  it('should log each request under its id, with numbers masked, secrets and queries left out', async () => {
    const app = await spawnApp({ env: { ...settings, LOG_LEVEL: 'http', LOG_FORMAT: 'json' } });
    await fetch(`${app.url}/api/v1/campaigns/%2B12025550123?phone=%2B12025550124`, {
      headers: { 'X-Request-Id': 'seen-in-the-log', Authorization: 'Bearer of-secrets' },
    });
    const line = await waitFor(() =>
      app
        .output()
        .split('\n')
        .find((text) => text.includes('seen-in-the-log')),
    );
    expect(JSON.parse(line)).toMatchObject({
      level: 'http',
      context: 'Http',
      requestId: 'seen-in-the-log',
      method: 'GET',
      status: 404,
      message: expect.stringContaining('GET /api/v1/campaigns/*** 404') as string,
    });
    expect(app.output()).not.toMatch(/of-secrets|202555012/);
    await app.kill('SIGTERM');
  });

  it('should migrate down and up again', async () => {
    for (const direction of ['down', 'up']) {
      const { status, stderr } = await run([MIGRATE, direction], { DATABASE_URL: database.url });
      expect([status, stderr]).toEqual([0, '']);
    }
  });

  it.each([
    ['a bad number', { PORT: 'abc' }, 'PORT'],
    ['half of Twilio', { TWILIO_AUTH_TOKEN: '' }, 'TWILIO_AUTH_TOKEN'],
    ['an open bind', { HOST: '0.0.0.0' }, 'HOST 0.0.0.0'],
    ['no database', { DATABASE_URL: `postgres://a:b@${NOBODY}/c` }, 'DATABASE_URL'],
    ['no Redis', { REDIS_URL: `redis://${NOBODY}` }, 'REDIS_URL'],
  ])('should end with one sentence for %s', async (_what, wrong: Record<string, string>, named) => {
    const { status, stderr } = await run([MAIN], { ...settings, PORT: '0', ...wrong });
    expect(status).toBe(1);
    expect(stderr).toContain(named);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toContain(database.url);
  });

  it('should name PORT where the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { status, stderr } = await run([MAIN], { ...settings, PORT: String(port) });
    server.close();
    expect(status).toBe(1);
    expect(stderr.trim()).toMatch(new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is in use: .*PORT.*$`));
  });
});
