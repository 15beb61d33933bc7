import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SecretBox } from '../../../src/config/index.js';
import { DeliveriesRepository } from '../../../src/live/delivery/deliveries.repository.js';
import { SecretsRenewal } from '../../../src/live/delivery/secrets-renewal.js';
import { WebhookSecrets } from '../../../src/live/delivery/webhook-secrets.js';
import { SECRETS_KEY, startTestApp, type TestApp } from '../../support/app.js';
import { startReceiver, type Received, type Receiver } from '../../support/receiver.js';
import { waitFor } from '../../support/wait-for.js';
import { HooksWorld, sql, type Hook } from './hooks-world.js';

/** The key after the tests' usual one. */
const NEXT = Buffer.alloc(32, 'next').toString('base64');

let app: TestApp;
let world: HooksWorld;
let receiver: Receiver;

beforeAll(async () => {
  app = await startTestApp({ WEBHOOKS_ALLOW_PRIVATE: 'true' });
  world = new HooksWorld(app);
});
afterAll(() => app.close());

beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await sql(app.database.url, 'DELETE FROM webhook_subscriptions');
  await receiver.close();
});

async function testOf(id: string): Promise<Received> {
  const before = receiver.received.length;
  const { status, body } = await app.post<{ data: { eventId: string } }>(`/webhooks/${id}/test`);
  expect(status).toBe(202);
  const received = await waitFor(() => receiver.received[before], { message: 'the test event' });
  expect(received.body).toMatchObject({
    id: body.data.eventId,
    type: 'webhook.test',
    data: { webhookId: id },
  });
  return received;
}

/** Throws where a receiver would refuse. */
function verify({ text, headers }: Received, secret: string): unknown {
  return new Webhook(secret).verify(text, headers as Record<string, string>);
}

describe('subscriptions', () => {
  it('should be made, shown without their secret, changed and deleted', async () => {
    const made = await world.subscribe(receiver.url, ['call.ended', 'lead.*'], { description: 'CRM' });
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const shown = await app.get<{ data: Hook }>(`/webhooks/${made.id}`);
    expect(shown.body.data).toMatchObject({
      url: receiver.url,
      description: 'CRM',
      isEnabled: true,
      campaignId: null,
    });
    const list = await app.get<{ data: Hook[] }>('/webhooks');
    expect(list.body.data.map(({ id }) => id)).toEqual([made.id]);
    for (const { body } of [shown, list]) expect(JSON.stringify(body)).not.toContain('whsec_');

    const changed = await app.put<{ data: Hook }>(`/webhooks/${made.id}`, {
      eventTypes: ['*'],
      description: null,
    });
    expect(changed.body.data).toMatchObject({ eventTypes: ['*'], description: null, url: receiver.url });
    expect((await app.delete(`/webhooks/${made.id}`)).status).toBe(200);
    expect((await app.get(`/webhooks/${made.id}`)).status).toBe(404);
    expect((await app.delete(`/webhooks/${made.id}`)).status).toBe(404);
  });

  it.each([
    [{ url: 'nowhere', eventTypes: ['*'] }, 'url'],
    [{ url: 'ftp://hooks.example.com', eventTypes: ['*'] }, 'url'],
    [{ url: 'http://a:b@127.0.0.1', eventTypes: ['*'] }, 'url'],
    [{ url: 'http://127.0.0.1', eventTypes: [] }, 'eventTypes'],
    [{ url: 'http://127.0.0.1', eventTypes: ['call.lost'] }, 'eventTypes'],
    [{ url: 'http://127.0.0.1', eventTypes: '*' }, 'eventTypes'],
    [{ url: 'http://127.0.0.1' }, 'eventTypes'],
    [{ url: 'http://127.0.0.1', eventTypes: ['*'], secret: 'mine' }, 'secret'],
    [{ url: 'http://127.0.0.1', eventTypes: ['*'], campaignId: 'x' }, 'campaignId'],
  ])('should refuse %j by its %s', async (body, field) => {
    const answer = await app.post<{ code: string; errors: { field: string }[] }>('/webhooks', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ field }] });
  });

  it('should be of a campaign that is there', async () => {
    const campaignId = '01930000-0000-7000-8000-000000000000';
    const answer = await app.post('/webhooks', { url: receiver.url, eventTypes: ['*'], campaignId });
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ code: 'CAMPAIGN_NOT_FOUND' });
  });

  it('should be told of their campaign alone, and of what they asked for', async () => {
    const one = await app.post<{ data: { id: string } }>('/campaigns', { name: 'One' });
    const campaignId = one.body.data.id;
    const hook = await world.subscribe(receiver.url, ['lead.*', 'campaign.deleted'], { campaignId });
    const other = await app.post<{ data: { id: string } }>('/campaigns', { name: 'Other' });
    const lead = { phoneNumber: '+12025550142', name: 'Jane' };
    await app.post(`/campaigns/${other.body.data.id}/leads`, lead);
    const made = await app.post<{ data: object }>(`/campaigns/${campaignId}/leads`, lead);
    await app.put(`/campaigns/${campaignId}`, { description: 'not asked for' });
    await app.delete(`/campaigns/${campaignId}`);
    await world.until(hook.id, 'delivered', 2);
    expect(receiver.received.map(({ body }) => body.type)).toEqual(['lead.created', 'campaign.deleted']);
    expect(receiver.received[0]?.body.data).toEqual(made.body.data);
    expect(receiver.received[1]?.body.data).toMatchObject({ id: campaignId, description: 'not asked for' });
  });

  it('should forget a person who is erased', async () => {
    const hook = await world.subscribe(receiver.url, ['lead.created']);
    const made = await app.post<{ data: { id: string } }>('/campaigns', { name: 'Erased' });
    const leads = `/campaigns/${made.body.data.id}/leads`;
    const lead = await app.post<{ data: { id: string } }>(leads, { phoneNumber: '+12025550147' });
    await app.post(leads, { phoneNumber: '+12025550148' });
    await world.until(hook.id, 'delivered', 2);
    expect((await app.delete(`${leads}/${lead.body.data.id}?erase=true`)).status).toBe(200);
    expect(await world.deliveries(hook.id)).toHaveLength(1);
    const kept = await sql<{ number: string }>(
      app.database.url,
      `SELECT e.phone_number AS number FROM webhook_deliveries d JOIN outbox_events e USING (seq) WHERE subscription_id = $1`,
      [hook.id],
    );
    expect(kept).toEqual([{ number: '+12025550148' }]);
    const left = await sql(
      app.database.url,
      `SELECT 1 FROM outbox_events WHERE data::text LIKE '%12025550147%'`,
    );
    expect(left).toEqual([]);
  });

  it('should cost nothing where nobody wants to be told', async () => {
    await world.subscribe(receiver.url, ['import.*']);
    const { id } = await world.subscribe(receiver.url, ['*']);
    await app.put(`/webhooks/${id}`, { isEnabled: false });
    const before = await sql(app.database.url, 'SELECT seq FROM outbox_events');
    await world.happen(3);
    expect(await sql(app.database.url, 'SELECT seq FROM outbox_events')).toEqual(before);
  });
});

describe('signatures', () => {
  it('should be those of Standard Webhooks, over the id, the time and the body', async () => {
    const { id, secret } = await world.subscribe(receiver.url, ['campaign.*']);
    const received = await testOf(id);
    expect(received.headers['webhook-id']).toBe(received.body.id);
    expect(Math.abs(Date.now() / 1000 - Number(received.headers['webhook-timestamp']))).toBeLessThan(30);
    expect(verify(received, secret)).toEqual(received.body);
    expect(() => verify({ ...received, text: received.text.replace('works', 'fails') }, secret)).toThrow();
    const foreign = { ...received, headers: { ...received.headers, 'webhook-id': 'another' } };
    expect(() => verify(foreign, secret)).toThrow();
  });

  it('should be by both secrets for a day after a rotation, then by the new one alone', async () => {
    const hook = await world.subscribe(receiver.url, ['campaign.*']);
    const rotated = await app.post<{ data: Hook }>(`/webhooks/${hook.id}/rotate-secret`);
    expect(rotated.status).toBe(200);
    const { secret, previousSecretUntil } = rotated.body.data;
    expect(secret).not.toBe(hook.secret);
    const hours = (Date.parse(previousSecretUntil ?? '') - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23.9);
    expect(hours).toBeLessThanOrEqual(24);
    const both = await testOf(hook.id);
    for (const each of [secret, hook.secret]) expect(verify(both, each)).toEqual(both.body);

    await sql(
      app.database.url,
      `UPDATE webhook_subscriptions SET previous_secret_until = now() - interval '1 s'`,
    );
    const one = await testOf(hook.id);
    expect(verify(one, secret)).toEqual(one.body);
    expect(() => verify(one, hook.secret)).toThrow();
  });
});

describe('secrets', () => {
  const stored = async (id: string) => {
    const [row] = await sql<{ secret: string; previous: string | null }>(
      app.database.url,
      'SELECT secret, previous_secret AS previous FROM webhook_subscriptions WHERE id = $1',
      [id],
    );
    return row!;
  };
  const store = (id: string, secret: string) =>
    sql(app.database.url, 'UPDATE webhook_subscriptions SET secret = $2 WHERE id = $1', [id, secret]);

  it('should be sealed in the database, each for its own webhook', async () => {
    const hook = await world.subscribe(receiver.url, ['campaign.*']);
    await app.post(`/webhooks/${hook.id}/rotate-secret`);
    const { secret, previous } = await stored(hook.id);
    for (const each of [secret, previous]) expect(each).toMatch(/^v1\.[\w-]{90,}$/);
    const text = JSON.stringify(await sql(app.database.url, 'SELECT * FROM webhook_subscriptions'));
    expect(text).not.toContain('whsec_');
    expect(text).not.toContain(hook.secret.slice(6));
  });

  it('should sign as they are where they were stored before they were sealed', async () => {
    const hook = await world.subscribe(receiver.url, ['campaign.*']);
    await store(hook.id, hook.secret);
    const received = await testOf(hook.id);
    expect(verify(received, hook.secret)).toEqual(received.body);
  });

  it('should be sealed anew when a worker starts with another key, those stored as they are too', async () => {
    const plain = await world.subscribe(receiver.url, ['import.*']);
    await store(plain.id, plain.secret);
    const rotated = await world.subscribe(receiver.url, ['campaign.*']);
    await app.post(`/webhooks/${rotated.id}/rotate-secret`);
    const unreadable = await world.subscribe(receiver.url, ['lead.*']);
    await store(unreadable.id, `v1.${'A'.repeat(90)}`);
    const idle = await world.subscribe(receiver.url, ['call.*']);
    const all = [plain, rotated, unreadable, idle];
    const before = await Promise.all(all.map(({ id }) => stored(id)));
    const box = new SecretBox({ SECRETS_KEY: [NEXT, SECRETS_KEY], JWT_SECRET: undefined });
    const renewal = new SecretsRenewal(
      app.app.get(DeliveriesRepository, { strict: false }),
      new WebhookSecrets(box),
    );
    expect([await renewal.renew(), await renewal.renew()]).toEqual([3, 0]);
    const after = await Promise.all(all.map(({ id }) => stored(id)));
    expect(after[2]).toEqual(before[2]);
    const next = new WebhookSecrets(new SecretBox({ SECRETS_KEY: [NEXT], JWT_SECRET: undefined }));
    const opened = all.map(({ id }, i) => next.open(id, [after[i]!.secret, after[i]!.previous ?? '']));
    expect(opened[0]).toEqual([plain.secret, '']);
    expect(opened[1]![1]).toBe(rotated.secret);
    expect(opened[3]).toEqual([idle.secret, '']);
  });

  it('should be told of, and sign nothing, where no key opens them, until they are rotated', async () => {
    const other = await world.subscribe(receiver.url, ['import.*']);
    const hook = await world.subscribe(receiver.url, ['campaign.*']);
    await store(hook.id, (await stored(other.id)).secret);
    await app.post(`/webhooks/${hook.id}/test`);
    const failed = await waitFor(async () => {
      const [delivery] = await world.deliveries(hook.id);
      return delivery?.attempts[0]?.error ?? undefined;
    });
    expect(failed).toMatch(/^SECRET_UNREADABLE: /);
    expect(receiver.received).toEqual([]);
    const rotated = await app.post<{ data: Hook }>(`/webhooks/${hook.id}/rotate-secret`);
    await sql(app.database.url, 'UPDATE webhook_deliveries SET next_attempt_at = now()');
    const received = await waitFor(() => receiver.received[0], { message: 'the event' });
    expect(verify(received, rotated.body.data.secret)).toEqual(received.body);
  });
});
