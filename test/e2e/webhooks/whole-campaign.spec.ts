import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app.js';
import { startReceiver, type Receiver } from '../../support/receiver.js';
import { waitFor } from '../../support/wait-for.js';
import { DialerWorld, fictionalNumbers } from '../dialer/world.js';
import { HooksWorld, sql, type Hook } from './hooks-world.js';

/** Written by Postgres itself, whatever code changed the row: what must have been told. */
const WITNESS = `
  CREATE TABLE witnessed (n bigint GENERATED ALWAYS AS IDENTITY, kind text, id uuid, status text);
  CREATE FUNCTION witness() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
  BEGIN
    INSERT INTO witnessed (kind, id, status) VALUES (TG_TABLE_NAME, NEW.id, NEW.status);
    RETURN NULL;
  END $$;
  CREATE TRIGGER witness_leads AFTER UPDATE OF status ON leads FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION witness();
  CREATE TRIGGER witness_calls AFTER UPDATE OF status ON calls FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION witness();
  CREATE TRIGGER witness_campaigns AFTER UPDATE OF status ON campaigns FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION witness()`;

interface Witnessed {
  kind: 'leads' | 'calls' | 'campaigns';
  id: string;
  status: string;
}

interface Told {
  id: string;
  type: string;
  subject: string;
}

const CALL_TYPES: Record<string, string | undefined> = {
  queued: undefined,
  dialing: undefined,
  unknown: undefined,
  initiated: 'call.initiated',
  ringing: 'call.ringing',
  'in-progress': 'call.answered',
};
const LEAD_TYPES: Record<string, string | undefined> = { completed: 'lead.completed', failed: 'lead.failed' };

/** What a change must have been told as. */
function typeOf({ kind, status }: Witnessed): string | undefined {
  if (kind === 'calls') return status in CALL_TYPES ? CALL_TYPES[status] : 'call.ended';
  if (kind === 'leads') return LEAD_TYPES[status];
  return status;
}

const LEADS = 40;

describe('a whole campaign', () => {
  let app: TestApp;
  let receiver: Receiver;
  let hook: Hook;
  let campaignId: string;
  let told: Told[];
  let witnessed: Witnessed[];

  beforeAll(async () => {
    app = await startTestApp({ WEBHOOKS_ALLOW_PRIVATE: 'true', CARRIER_CPS: '1000' });
    receiver = await startReceiver();
    await sql(app.database.url, WITNESS);
    hook = await new HooksWorld(app).subscribe(receiver.url, ['campaign.*', 'lead.*', 'call.*']);
    campaignId = await run();
    const query = `SELECT id, type, data ->> 'id' AS subject FROM outbox_events ORDER BY seq`;
    told = await sql<Told>(app.database.url, query);
    witnessed = await sql<Witnessed>(app.database.url, 'SELECT kind, id, status FROM witnessed ORDER BY n');
    await waitFor(() => new Set(receiver.received.map(({ body }) => body.id)).size >= told.length, {
      timeoutMs: 20_000,
      message: 'everything is delivered',
    });
  });

  afterAll(async () => {
    await receiver.close();
    await app.close();
  });

  /** People answer, are busy or do not answer, and are called again; one is suppressed; it is paused in its middle. */
  async function run(): Promise<string> {
    const world = new DialerWorld(app.url, app.simulator.url);
    await world.carrier({
      talkMs: 30,
      ringMs: 20,
      odds: { answered: 0.5, busy: 0.25, 'no-answer': 0.15, failed: 0.1 },
    });
    const numbers = fictionalNumbers(LEADS);
    const settings = {
      maxConcurrent: 10,
      callDelay: 0,
      retryFailed: true,
      retryAttempts: 1,
      retryDelay: 100,
    };
    const id = await world.campaign(settings, numbers);
    await app.post('/suppressions', { phoneNumber: numbers[0] });
    await world.start(id);
    await waitFor(async () => (await world.stats(id)).completed >= 5, { message: 'some are reached' });
    await world.act(id, 'pause');
    await world.act(id, 'resume');
    await world.until(id, 'completed');
    return id;
  }

  it('should be told change by change: none lost, none invented, none twice, each thing in its order', () => {
    const expected = new Map<string, string[]>();
    for (const change of witnessed.filter(({ kind }) => kind !== 'campaigns')) {
      const type = typeOf(change);
      if (type !== undefined) expected.set(change.id, [...(expected.get(change.id) ?? []), type]);
    }
    const found = new Map<string, string[]>();
    for (const { subject, type } of told.filter((event) => !event.type.startsWith('campaign.'))) {
      found.set(subject, [...(found.get(subject) ?? []), type]);
    }
    expect(expected.size).toBeGreaterThan(2 * LEADS);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
  });

  it('should end each lead once, and each call once', async () => {
    const ends = told.filter(({ type }) => type === 'lead.completed' || type === 'lead.failed');
    expect(ends).toHaveLength(LEADS);
    expect(new Set(ends.map(({ subject }) => subject)).size).toBe(LEADS);
    const calls = await sql<{ id: string }>(app.database.url, 'SELECT id FROM calls');
    const ended = told.filter(({ type }) => type === 'call.ended').map(({ subject }) => subject);
    expect(ended.toSorted()).toEqual(calls.map(({ id }) => id).toSorted());
    expect(calls.length).toBeGreaterThan(LEADS);
  });

  it('should tell its own life, the end after all others', () => {
    const life = told.filter(({ type }) => type.startsWith('campaign.')).map(({ type }) => type);
    expect(life).toEqual([
      'campaign.created',
      'campaign.started',
      'campaign.paused',
      'campaign.resumed',
      'campaign.completed',
    ]);
    expect(told.at(-1)).toMatchObject({ type: 'campaign.completed', subject: campaignId });
    const moves = witnessed.filter(({ kind }) => kind === 'campaigns').map(({ status }) => status);
    expect(moves).toEqual(['active', 'paused', 'active', 'completed']);
  });

  it('should arrive in the order in which it was written, each event once', () => {
    expect(receiver.received.map(({ body }) => body.id)).toEqual(told.map(({ id }) => id));
    expect(receiver.received.map(({ body }) => body.type)).toEqual(told.map(({ type }) => type));
  });

  it('should show each thing as the API does', async () => {
    const last = new Map(receiver.received.map(({ body }) => [String(body.data.id), body]));
    for (const { subject, type } of told.filter((event) => event.type === 'call.ended')) {
      const { body } = await app.get<{ data: Record<string, unknown> }>(`/calls/${subject}`);
      const { events: _, ...call } = body.data;
      expect(last.get(subject)).toMatchObject({ type, data: call });
      expect(last.get(subject)?.data).toEqual(call);
    }
    const leads = await app.get<{ data: { id: string }[] }>(`/campaigns/${campaignId}/leads?limit=200`);
    for (const lead of leads.body.data) expect(last.get(lead.id)?.data).toEqual(lead);
    const {
      leads: _leads,
      campaignAgents: _agents,
      _count,
      ...campaign
    } = (await app.get<{ data: Record<string, unknown> }>(`/campaigns/${campaignId}`)).body.data;
    expect(last.get(campaignId)?.data).toEqual(campaign);
  });

  it('should be listed as delivered at the first attempt', async () => {
    const deliveries = await new HooksWorld(app).deliveries(hook.id);
    expect(deliveries.every(({ status, attempts }) => status === 'delivered' && attempts.length === 1)).toBe(
      true,
    );
  });
});

describe('imports and single leads', () => {
  it('should tell of files that are stored or refused, of single leads, and not of lists', async () => {
    const app = await startTestApp({ WEBHOOKS_ALLOW_PRIVATE: 'true' });
    const receiver = await startReceiver();
    try {
      const world = new HooksWorld(app);
      const hook = await world.subscribe(receiver.url, ['import.*', 'lead.*']);
      const made = await app.post<{ data: { id: string } }>('/campaigns', { name: 'Files' });
      const leads = `/campaigns/${made.body.data.id}/leads`;
      await app.post(`${leads}/bulk`, { leads: [{ phoneNumber: '+12025550143' }] });
      const lead = await app.post<{ data: object }>(leads, { phoneNumber: '+12025550142' });
      expect((await app.post(leads, { phoneNumber: '+12025550142' })).status).toBe(400);
      const send = async (path: string, csv: string) => {
        const form = new FormData();
        form.append('file', new Blob([csv]), 'leads.csv');
        return fetch(`${app.url}/api/v1${leads}/${path}`, { method: 'POST', body: form });
      };
      expect((await send('upload', 'phoneNumber\n+12025550144\n')).status).toBe(201);
      expect((await send('imports', 'phoneNumber\n+12025550145\n')).status).toBe(202);
      await world.until(hook.id, 'delivered', 3);
      const broken = `phoneNumber\n${'+12025550146\n'.repeat(50_000)}${'x'.repeat(3_000_000)}`;
      expect((await send('imports', broken)).status).toBe(202);
      await world.until(hook.id, 'delivered', 4);
      const types = receiver.received.map(({ body }) => body.type);
      expect(types).toEqual(['lead.created', 'import.completed', 'import.completed', 'import.failed']);
      expect(receiver.received[0]?.body.data).toEqual(lead.body.data);
      for (const { body } of receiver.received.slice(1)) {
        const shown = await app.get<{ data: object }>(`${leads}/imports/${String(body.data.id)}`);
        expect(body.data).toEqual(shown.body.data);
      }
    } finally {
      await receiver.close();
      await app.close();
    }
  });
});
