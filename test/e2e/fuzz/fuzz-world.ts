import { Client } from 'pg';
import { startSimulator } from '../../../src/simulator/index.js';
import { callersOf, type TestApp } from '../../support/app.js';
import { createTestDatabase } from '../../support/database.js';
import { spawnApp, type AppProcess } from '../../support/processes.js';
import { createTestRedis } from '../../support/redis.js';
import { waitFor } from '../../support/wait-for.js';
import { makeAccess } from '../wrong-input/access.js';
import type { KnownIds } from '../wrong-input/operations.js';

const ACCOUNT = { accountSid: `AC${'7'.repeat(32)}`, authToken: 'a-token-of-the-fuzz' };
const CALLED = '+12025550161';

/** On SIGUSR2 the process collects its garbage and prints what memory it uses. */
const TELL_MEMORY = `
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
let told = 0;
process.on('SIGUSR2', () => {
  collect();
  collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  told += 1;
  console.log('memory ' + JSON.stringify({ told, rss, used: heapUsed + external }));
});`;

/** Bytes. */
export interface Memory {
  rss: number;
  /** Of JavaScript and its buffers, after a collection. */
  used: number;
}

/** The whole app as a process of its own, with things in it whose ids are known. */
export class FuzzWorld {
  private looks = 0;

  private constructor(
    readonly url: string,
    private readonly app: AppProcess,
    private readonly api: Pick<TestApp, 'get' | 'post'>,
    private readonly database: Client,
    private readonly callId: string,
    readonly close: () => Promise<void>,
  ) {}

  static async start(): Promise<FuzzWorld> {
    const [database, redis] = await Promise.all([createTestDatabase(), createTestRedis()]);
    const simulator = await startSimulator({ ...ACCOUNT, speed: 100, odds: { answered: 1 } });
    const app = await spawnApp({
      env: {
        DATABASE_URL: database.url,
        REDIS_URL: redis.url,
        TWILIO_ACCOUNT_SID: ACCOUNT.accountSid,
        TWILIO_AUTH_TOKEN: ACCOUNT.authToken,
        TWILIO_PHONE_NUMBERS: '+12025550100',
        TWILIO_API_URL: simulator.url,
        RATE_LIMIT_PER_MINUTE: '0',
        WEBHOOKS_ALLOW_PRIVATE: 'true',
        LOG_LEVEL: 'error',
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(TELL_MEMORY)}`,
      },
    });
    const client = new Client(database.url);
    await client.connect();
    const close = async (): Promise<void> => {
      await client.end();
      await app.kill();
      await simulator.close();
      await redis.close();
      await database.drop();
    };
    const api = callersOf(`${app.url}/api/v1`);
    return new FuzzWorld(app.url, app, api, client, await makeCall(api), close);
  }

  /** New ones where the old may be gone. */
  async makeIds(): Promise<KnownIds> {
    // After a hundred wrong logins nobody gets in from here for a quarter of an hour; then no password would be looked at any more.
    await this.database.query('DELETE FROM login_attempts');
    const campaignId = await this.create('/campaigns', { name: 'Campaign', callDelay: 0 });
    const leadId = await this.create(`/campaigns/${campaignId}/leads`, { phoneNumber: '+12025550142' });
    const form = new FormData();
    form.append('file', new Blob(['phoneNumber\n+12025550141\n']), 'leads.csv');
    const url = `${this.url}/api/v1/campaigns/${campaignId}/leads/upload`;
    const upload = await fetch(url, { method: 'POST', body: form });
    const { data } = (await upload.json()) as { data: { importId: string } };
    const hook = { url: 'https://hooks.example.com', eventTypes: ['webhook.disabled'] };
    const webhookId = await this.create('/webhooks', hook);
    const tested = await callersOf(`${this.url}/api/v1`).post<{ data: { eventId: string } }>(
      `/webhooks/${webhookId}/test`,
    );
    return {
      campaignId,
      webhookId,
      eventId: tested.body.data.eventId,
      leadId,
      importId: data.importId,
      agentId: await this.create('/agents', { name: 'Agent' }),
      suppressionId: await this.one('/suppressions', { phoneNumber: '+12025550143' }),
      phoneNumberId: await this.one('/phone-numbers', { phoneNumber: '+12025550144' }),
      callId: this.callId,
      ...(await makeAccess((path, body) => callersOf(`${this.url}/api/v1`).post(path, body))),
    };
  }

  /** After a collection. */
  async memory(): Promise<Memory> {
    this.looks += 1;
    process.kill(this.app.pid, 'SIGUSR2');
    const line = new RegExp(`^memory (\\{"told":${this.looks},.*\\})$`, 'm');
    const text = await waitFor(() => line.exec(this.app.output())?.[1], { message: 'a look at its memory' });
    return JSON.parse(text) as Memory;
  }

  /** What it printed, but for looks at its memory: with `LOG_LEVEL=error`, what it did not expect. */
  complaints(): string[] {
    return this.app
      .output()
      .split('\n')
      .filter((line) => line.includes(' error '));
  }

  private async create(path: string, body: object): Promise<string> {
    return idIn(await this.api.post<{ data: { id: string } }>(path, body));
  }

  /** Of a number there can be only one. */
  private async one(path: string, body: object): Promise<string> {
    const { data } = (await this.api.get<{ data: { id: string }[] }>(`${path}?limit=1`)).body;
    return data[0]?.id ?? this.create(path, body);
  }
}

/** A call that has ended. */
async function makeCall(api: Pick<TestApp, 'get' | 'post'>): Promise<string> {
  const id = idIn(await api.post('/campaigns', { name: 'Called' }));
  await api.post(`/campaigns/${id}/leads`, { phoneNumber: CALLED });
  await api.post(`/campaigns/${id}/start`);
  return waitFor(async () => {
    const { body } = await api.get<{ data: { id: string; status: string }[] }>(`/campaigns/${id}/calls`);
    return body.data.find(({ status }) => status === 'completed')?.id;
  });
}

function idIn({ body }: { body: { data: { id: string } } }): string {
  return body.data.id;
}
