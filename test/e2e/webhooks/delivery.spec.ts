import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OutboxSweep } from '../../../src/live/delivery/outbox-sweep.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { answering, startReceiver, type Receiver } from '../../support/receiver.js';
import { waitFor } from '../../support/wait-for.js';
import { HooksWorld, namesOf, sql } from './hooks-world.js';

/** Retries after 1, 4, 16, 64 ms … instead of 5, 20, 80, 320 s. */
const SCALED = { WEBHOOKS_ALLOW_PRIVATE: 'true', WEBHOOKS_RETRY_MS: '1', WEBHOOKS_TIMEOUT_MS: '400' };
const CREATED = ['campaign.created'];

let app: TestApp;
let world: HooksWorld;
let receiver: Receiver;
let other: Receiver;

beforeAll(async () => {
  app = await startTestApp(SCALED);
  world = new HooksWorld(app);
});
afterAll(() => app.close());

beforeEach(async () => {
  [receiver, other] = await Promise.all([startReceiver(), startReceiver()]);
});
afterEach(async () => {
  await sql(app.database.url, 'DELETE FROM webhook_subscriptions');
  await Promise.all([receiver.close(), other.close()]);
});

const exec = (text: string, values: unknown[] = []) => sql(app.database.url, text, values);

/** As if all but the last attempt had been made, over a day. */
const lastAttempt = (id: string) =>
  exec(
    `UPDATE webhook_deliveries SET status = 'parked', attempts = 8, next_attempt_at = now()
     WHERE subscription_id = $1 AND status IN ('pending', 'parked')`,
    [id],
  );

describe('a receiver that fails', () => {
  it('should hold the line until it is well, and get each event under one id', async () => {
    const hook = await world.subscribe(receiver.url, CREATED);
    const ok = receiver.answer;
    receiver.answer = answering(503, {}, 'not now');
    const names = await world.happen(5);
    await waitFor(() => receiver.received.length >= 3, { message: 'three attempts' });
    receiver.answer = ok;
    const told = await world.until(hook.id, 'delivered', 5);
    const failures = namesOf(receiver).filter((name) => name === names[0]).length - 1;
    expect(namesOf(receiver)).toEqual([...Array<string>(failures).fill(names[0]!), ...names]);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(5);
    expect(told.map(({ eventId }) => eventId)).toEqual([
      ...new Set(receiver.received.map(({ body }) => body.id)),
    ]);
    const { attempts, answer } = told[0]!;
    expect(attempts.map(({ statusCode }) => statusCode)).toEqual([...Array<number>(failures).fill(503), 204]);
    expect(attempts[0]!.error).toBe('STATUS: answered 503');
    expect(attempts.at(-1)!.error).toBeNull();
    expect(answer).toBe('');
    expect((await world.get(hook.id)).failingSince).toBeNull();
  });

  it('should keep others waiting for one event only for a while, and get it again from the dead letters', async () => {
    const hook = await world.subscribe(receiver.url, CREATED);
    receiver.answer = (response, { body }) =>
      response.writeHead(body.data.name === 'Event 0' ? 500 : 200).end('x'.repeat(5000));
    const names = await world.happen(4);
    const told = await world.until(hook.id, 'delivered', 3);
    expect(told.map(({ answer }) => answer?.length)).toEqual([1024, 1024, 1024]);
    const order = [...new Set(namesOf(receiver).slice(5))].filter((name) => name !== names[0]);
    expect(namesOf(receiver).slice(0, 5)).toEqual(Array(5).fill(names[0]));
    expect(order).toEqual(names.slice(1));

    await lastAttempt(hook.id);
    const [dead] = await world.until(hook.id, 'dead', 1);
    expect(await world.deliveries(hook.id, '&status=dead')).toEqual([dead]);
    receiver.answer = answering(200);
    const path = `/webhooks/${hook.id}/deliveries/${dead!.eventId}/redeliver`;
    expect((await app.post(path)).status).toBe(202);
    await world.until(hook.id, 'delivered', 4);
    expect(receiver.received.at(-1)?.headers['webhook-id']).toBe(dead!.eventId);
    expect((await app.post(`/webhooks/${hook.id}/deliveries/${hook.id}/redeliver`)).status).toBe(404);
  });

  it('should get all dead letters since an instant again, in their order', async () => {
    const hook = await world.subscribe(receiver.url, CREATED);
    receiver.answer = answering(500);
    const names = await world.happen(3);
    await waitFor(() => receiver.received.length > 0);
    await lastAttempt(hook.id);
    await world.until(hook.id, 'dead', 3);
    receiver.answer = answering(200);
    const redeliver = (since: Date) =>
      app.post<{ data: { count: number } }>(`/webhooks/${hook.id}/redeliver`, { since: since.toISOString() });
    expect((await redeliver(new Date(Date.now() + 60_000))).body.data.count).toBe(0);
    expect((await redeliver(new Date(Date.now() - 60_000))).body.data.count).toBe(3);
    await world.until(hook.id, 'delivered', 3);
    expect(namesOf(receiver).slice(-3)).toEqual(names);
  });

  it('should not be followed to where it redirects', async () => {
    const hook = await world.subscribe(receiver.url, CREATED);
    receiver.answer = answering(307, { Location: other.url });
    await world.happen(1);
    const [parked] = await world.until(hook.id, 'parked', 1);
    expect(parked!.attempts[0]).toMatchObject({
      statusCode: 307,
      error: expect.stringContaining('REDIRECT'),
    });
    expect(other.connections()).toBe(0);
  });

  it('should be given up on while it hangs, and keep nobody else waiting', async () => {
    const hanging = await world.subscribe(receiver.url, CREATED);
    const well = await world.subscribe(other.url, CREATED);
    receiver.answer = () => undefined;
    await world.happen(2);
    await world.until(well.id, 'delivered', 2);
    await waitFor(async () => (await world.deliveries(hanging.id))[0]!.attempts.length > 0);
    const [first, second] = await world.deliveries(hanging.id);
    expect(first!.attempts[0]).toMatchObject({ statusCode: null, error: expect.stringContaining('TIMEOUT') });
    expect(first!.attempts[0]!.durationMs).toBeGreaterThanOrEqual(399);
    expect(second!.attempts).toEqual([]);
  });

  it('should not be read to its end where its answer has none', async () => {
    const hook = await world.subscribe(receiver.url, CREATED);
    let written = 0;
    receiver.answer = (response) => {
      response.writeHead(200);
      const chunk = 'é'.repeat(8192);
      const pour = (): void => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length;
      };
      response.on('drain', pour);
      pour();
    };
    await world.happen(1);
    const [told] = await world.until(hook.id, 'delivered', 1);
    expect(Buffer.byteLength(told!.answer!)).toBe(1024);
    expect(told!.attempts[0]!.durationMs).toBeLessThan(400);
    expect(written).toBeLessThan(8 * 1024 * 1024);
  });
});

describe('a receiver that is gone', () => {
  it('should be disabled at once by 410, others told, and get what waited when it is enabled again', async () => {
    const hook = await world.subscribe(receiver.url, CREATED);
    await world.subscribe(other.url, ['webhook.*']);
    receiver.answer = answering(410);
    const [first] = await world.happen(1);
    await waitFor(async () => !(await world.get(hook.id)).isEnabled, { message: 'it is disabled' });
    const notice = await waitFor(() => other.received[0], { message: 'the notice' });
    expect(notice.body).toMatchObject({
      type: 'webhook.disabled',
      data: { id: hook.id, url: receiver.url, disabledReason: { code: 'GONE' } },
    });
    await world.happen(1, 'Meanwhile');
    expect((await app.post(`/webhooks/${hook.id}/test`)).body).toMatchObject({ code: 'WEBHOOK_DISABLED' });

    receiver.answer = answering(200);
    receiver.received.length = 0;
    await app.put(`/webhooks/${hook.id}`, { isEnabled: true });
    await world.until(hook.id, 'delivered', 1);
    expect(namesOf(receiver)).toEqual([first]);
    expect(await world.get(hook.id)).toMatchObject({
      isEnabled: true,
      disabledReason: null,
      failingSince: null,
    });
  });

  it('should be disabled by its tenth dead letter in a row', async () => {
    const hook = await world.subscribe(receiver.url, CREATED);
    receiver.answer = answering(500);
    await world.happen(2);
    await waitFor(() => receiver.received.length > 0);
    await exec('UPDATE webhook_subscriptions SET dead_in_row = 8 WHERE id = $1', [hook.id]);
    await lastAttempt(hook.id);
    const disabled = await waitFor(async () => {
      const now = await world.get(hook.id);
      return now.isEnabled ? undefined : now;
    });
    expect(disabled.disabledReason).toMatchObject({ code: 'DEAD_LETTERS' });
    expect((await world.deliveries(hook.id)).map(({ status }) => status)).toEqual(['dead', 'dead']);
  });
});

describe('what is kept', () => {
  it('should be told although Redis was lost', async () => {
    const hook = await world.subscribe(receiver.url, CREATED);
    receiver.answer = answering(503);
    await world.happen(3);
    await waitFor(() => receiver.received.length >= 1);
    await app.redis.flush();
    receiver.answer = answering(200);
    await world.until(hook.id, 'delivered', 3);
  });

  it('should go after some days, with its deliveries', async () => {
    const hook = await world.subscribe(receiver.url, CREATED);
    await world.happen(2);
    await world.until(hook.id, 'delivered', 2);
    await exec(
      `UPDATE outbox_events SET created_at = now() - interval '8 days'
       WHERE seq = (SELECT min(seq) FROM webhook_deliveries WHERE subscription_id = $1)`,
      [hook.id],
    );
    await exec(`DELETE FROM outbox_events WHERE seq < (SELECT min(seq) FROM webhook_deliveries)`);
    await app.app.get(OutboxSweep, { strict: false }).sweep();
    expect(await world.deliveries(hook.id)).toHaveLength(1);
    const rows = await exec('SELECT 1 FROM webhook_deliveries WHERE subscription_id = $1', [hook.id]);
    expect(rows).toHaveLength(1);
  });
});
