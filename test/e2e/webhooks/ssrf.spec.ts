import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app.js';
import { startNameServer, type NameServer } from '../../support/name-server.js';
import { startReceiver, type Receiver } from '../../support/receiver.js';
import { waitFor } from '../../support/wait-for.js';
import { HooksWorld, sql } from './hooks-world.js';

const PUBLIC = '93.184.216.34';
const HOST = 'hooks.example.test';

let names: NameServer;
let receiver: Receiver;

beforeAll(async () => {
  names = await startNameServer();
});
afterAll(() => names.close());

beforeEach(async () => {
  receiver = await startReceiver();
  names.names.clear();
  names.asked.length = 0;
});
afterEach(() => receiver.close());

describe('a closed door', () => {
  let app: TestApp;
  let world: HooksWorld;
  let url: string;

  beforeAll(async () => {
    app = await startTestApp({
      WEBHOOKS_DNS_SERVERS: names.address,
      WEBHOOKS_RETRY_MS: '1',
      WEBHOOKS_TIMEOUT_MS: '1000',
    });
    world = new HooksWorld(app);
  });
  afterAll(() => app.close());
  beforeEach(() => {
    url = `https://${HOST}:${receiver.port}/hook`;
  });

  it.each([
    ['127.0.0.1', 'loopback'],
    ['169.254.169.254', 'linkLocal'],
    ['10.0.0.8', 'private'],
    ['100.64.0.1', 'carrierGradeNat'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['64:ff9b::7f00:1', 'rfc6052'],
    ['fd00:ec2::254', 'uniqueLocal'],
  ])('should not open for a name that leads to %s, nor say more than its range', async (address, range) => {
    names.names.set(HOST, () => [PUBLIC, address]);
    const answer = await app.post<{ code: string; details: string }>('/webhooks', { url, eventTypes: ['*'] });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ field: 'url' }] });
    expect(answer.body.details).toContain(range);
    expect(answer.body.details).not.toContain(address);
    expect(receiver.connections()).toBe(0);
  });

  it.each([
    'http://hooks.example.test/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://[::ffff:169.254.169.254]/latest/meta-data/',
    'https://nowhere.example.test/',
    'https://user:secret@hooks.example.test/',
    'https://hooks.example.test:25/',
  ])('should not open for %s', async (bad) => {
    names.names.set(HOST, () => [PUBLIC]);
    const answer = await app.post('/webhooks', { url: bad, eventTypes: ['*'] });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ field: 'url' }] });
  });

  it('should be shut at each delivery too, for a name that leads elsewhere by then, and open no connection', async () => {
    names.names.set(HOST, () => [PUBLIC]);
    const hook = await world.subscribe(url, ['campaign.created']);
    let turn = 0;
    const inner = ['127.0.0.1', '169.254.169.254', '::ffff:127.0.0.1', '64:ff9b::7f00:1', '10.0.0.1'];
    names.names.set(HOST, () => [inner[(turn += 1) % inner.length]!]);
    await world.happen(2);
    const parked = await world.until(hook.id, 'parked', 2);
    for (const { attempts } of parked) {
      for (const { error, statusCode } of attempts) {
        expect(statusCode).toBeNull();
        expect(error).toMatch(/^(ADDRESS_REFUSED|NOT_RESOLVED): The name hooks.example.test/);
      }
    }
    expect(parked.flatMap(({ attempts }) => attempts).some(({ error }) => error?.includes('linkLocal'))).toBe(
      true,
    );
    expect(receiver.connections()).toBe(0);
  });

  it('should be shut for a subscription that was changed behind its back', async () => {
    names.names.set(HOST, () => [PUBLIC]);
    const hook = await world.subscribe(url, ['campaign.created']);
    await sql(app.database.url, 'UPDATE webhook_subscriptions SET url = $2 WHERE id = $1', [
      hook.id,
      receiver.url,
    ]);
    await world.happen(1);
    const [parked] = await world.until(hook.id, 'parked', 1);
    expect(parked!.attempts[0]!.error).toMatch(/^URL_REFUSED/);
    expect(receiver.connections()).toBe(0);
  });
});

describe('a checked address', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ WEBHOOKS_ALLOW_PRIVATE: 'true', WEBHOOKS_DNS_SERVERS: names.address });
  });
  afterAll(() => app.close());

  it('should be the one that is connected to: its name is asked for once, and never by the connection', async () => {
    const world = new HooksWorld(app);
    // Only this name server knows the name: a connection that looked it up by itself would not get through.
    names.names.set(HOST, () => (names.asked.length <= 1 ? ['127.0.0.1'] : ['127.0.0.2']));
    const hook = await world.subscribe(`http://${HOST}:${receiver.port}/hook?x=1`, ['campaign.created']);
    names.asked.length = 0;
    await world.happen(1);
    const received = await waitFor(() => receiver.received[0], { message: 'the event' });
    expect(received.headers.host).toBe(`${HOST}:${receiver.port}`);
    expect(received.path).toBe('/hook?x=1');
    await world.until(hook.id, 'delivered', 1);
    expect(names.asked).toEqual([HOST]);
  });
});
