import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app.js';
import { startReceiver, type Receiver } from '../../support/receiver.js';
import { waitFor } from '../../support/wait-for.js';
import { HooksWorld, sql, type Hook } from './hooks-world.js';

/** What a statement that tells events does, with their names. */
const TELL = `WITH told AS (
    INSERT INTO outbox_events (id, workspace_id, type, data)
    SELECT gen_random_uuid(), workspace_id, 'webhook.test', jsonb_build_object('name', $2::text)
    FROM webhook_subscriptions WHERE id = $1 RETURNING seq, id, workspace_id)
  INSERT INTO webhook_deliveries (subscription_id, seq, workspace_id, event_id) SELECT $1, seq, workspace_id, id FROM told`;

const WRITERS = 6;
const TRANSACTIONS = 30;

describe('events that are committed in another order than written', () => {
  let app: TestApp;
  let world: HooksWorld;
  let receiver: Receiver;
  let hook: Hook;

  beforeAll(async () => {
    app = await startTestApp({ WEBHOOKS_ALLOW_PRIVATE: 'true' });
    world = new HooksWorld(app);
  });
  afterAll(() => app.close());

  beforeEach(async () => {
    receiver = await startReceiver();
    hook = await world.subscribe(receiver.url, ['campaign.created']);
  });
  afterEach(async () => {
    await sql(app.database.url, 'DELETE FROM webhook_subscriptions');
    await receiver.close();
  });

  async function writer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: app.database.url });
    await client.connect();
    return work(client).finally(() => client.end());
  }

  const toldNames = () => receiver.received.map(({ body }) => body.data.name);

  it('should wait for one that is being written, and for no one that is given up', async () => {
    await writer(async (slow) => {
      await slow.query('BEGIN');
      await slow.query(TELL, [hook.id, 'slow']);
      await writer(async (failing) => {
        await failing.query('BEGIN');
        await failing.query(TELL, [hook.id, 'never']);
        await world.happen(3);
        await failing.query('ROLLBACK');
      });
      const since = Date.now();
      await waitFor(() => Date.now() - since > 1500, { message: 'a tick and many looks' });
      expect(toldNames()).toEqual([]);
      await slow.query('COMMIT');
    });
    await waitFor(() => receiver.received.length >= 4, { message: 'all are told' });
    expect(toldNames()).toEqual(['slow', 'Event 0', 'Event 1', 'Event 2']);
  });

  it('should not wait for a process that has stopped in the middle of its transaction', async () => {
    const settled = async (patience: string): Promise<number> => {
      const [row] = await sql<{ seq: string }>(app.database.url, 'SELECT outbox_events_settled($1) AS seq', [
        patience,
      ]);
      return Number(row?.seq);
    };
    await writer(async (stopped) => {
      await world.happen(1);
      const before = await settled('1 minute');
      await stopped.query('BEGIN');
      await stopped.query(TELL, [hook.id, 'late']);
      await world.happen(2);
      expect(await settled('1 minute')).toBe(before);
      expect(await settled('0')).toBe(before + 3);
      const busy = stopped.query('SELECT pg_sleep(0.3)');
      await waitFor(async () => (await settled('0')) === before, { message: 'it goes on' });
      await busy;
      await stopped.query('COMMIT');
      expect(await settled('1 minute')).toBe(before + 3);
    });
    await waitFor(() => receiver.received.length >= 4, { message: 'all are told' });
    expect(toldNames()).toEqual(['Event 0', 'late', 'Event 0', 'Event 1']);
  });

  it('should be told in the order in which they were written, whoever writes meanwhile', async () => {
    const tell = (own: number) =>
      writer(async (client) => {
        for (let n = 0; n < TRANSACTIONS; n += 1) {
          await client.query('BEGIN');
          for (let k = 0; k < 3; k += 1) await client.query(TELL, [hook.id, `${own}-${n}-${k}`]);
          await client.query('SELECT pg_sleep(random() * 0.05)');
          await client.query(n % 5 === 4 ? 'ROLLBACK' : 'COMMIT');
        }
      });
    await Promise.all([...Array.from({ length: WRITERS }, (_, own) => tell(own)), world.happen(100)]);
    const written = await sql<{ name: string }>(
      app.database.url,
      `SELECT data ->> 'name' AS name FROM outbox_events JOIN webhook_deliveries USING (seq) ORDER BY seq`,
    );
    expect(written).toHaveLength(WRITERS * TRANSACTIONS * 0.8 * 3 + 100);
    await waitFor(() => receiver.received.length >= written.length, {
      timeoutMs: 20_000,
      message: 'all are told',
    });
    expect(toldNames()).toEqual(written.map(({ name }) => name));
  });
});
