import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recordEvents } from '../../../src/journal/index.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { startReceiver, type Receiver } from '../../support/receiver.js';
import { waitFor } from '../../support/wait-for.js';
import { HooksWorld, sql, type Hook } from './hooks-world.js';

/** The statement that tells an event, with a name for it. */
const TELL = `WITH ${recordEvents({
  type: `'webhook.disabled'`,
  row: 's',
  campaignId: 's.campaign_id',
  data: `jsonb_build_object('name', $2::text)`,
  from: 'FROM webhook_subscriptions s WHERE s.id = $1',
})} SELECT FROM queued_events`;

/** Beside the line, and due. */
const PARK = `UPDATE webhook_deliveries SET status = 'parked', next_attempt_at = now()
  WHERE seq = (SELECT seq FROM outbox_events WHERE data ->> 'name' = $1)`;

/** A lock by which a test keeps a statement under way. */
const LATCH = 4;

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
    hook = await world.subscribe(receiver.url, ['campaign.created', 'webhook.disabled']);
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
      // What waits beside the line is told in the same look in which the line is read.
      await sql(app.database.url, TELL, [hook.id, 'beside']);
      await sql(app.database.url, PARK, ['beside']);
      await waitFor(() => receiver.received.length > 0, { message: 'a look' });
      expect(toldNames()).toEqual(['beside']);
      await slow.query('COMMIT');
    });
    await waitFor(() => receiver.received.length >= 5, { message: 'all are told' });
    expect(toldNames()).toEqual(['beside', 'slow', 'Event 0', 'Event 1', 'Event 2']);
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
      await writer(async (latch) => {
        await latch.query('SELECT pg_advisory_lock($1)', [LATCH]);
        const busy = stopped.query('SELECT pg_advisory_xact_lock($1)', [LATCH]);
        await waitFor(async () => (await settled('0')) === before, { message: 'it goes on' });
        await latch.query('SELECT pg_advisory_unlock($1)', [LATCH]);
        await busy;
      });
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
