import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app.js';
import { waitFor } from '../../support/wait-for.js';
import { DialerWorld } from '../dialer/world.js';
import { nextNumber } from './deeds.js';

interface Entry {
  action: string;
  actor_kind: string;
  entity_id: string;
  details: object | null;
}

const FAST = { maxConcurrent: 5, callDelay: 0 };

describe('what happens by itself, in the audit log', () => {
  let app: TestApp;
  let world: DialerWorld;
  let sql: pg.Pool;

  beforeAll(async () => {
    app = await startTestApp();
    world = new DialerWorld(app.url, app.simulator.url);
    sql = new pg.Pool({ connectionString: app.database.url, max: 2 });
  });
  afterAll(async () => {
    await sql.end();
    await app.close();
  });

  async function told(campaignId: string): Promise<Entry[]> {
    const { rows } = await sql.query<Entry>(
      'SELECT action, actor_kind, entity_id, details FROM audit_entries WHERE campaign_id = $1 ORDER BY id',
      [campaignId],
    );
    return rows;
  }

  it('should tell who hung up, and that the system completed the campaign', async () => {
    await world.carrier({ speed: 1, ringMs: 5, talkMs: 60_000, odds: { answered: 1 } });
    const id = await world.campaign(FAST, [nextNumber()]);
    await world.start(id);
    const call = await waitFor(async () => {
      const { body } = await app.get<{ data: { id: string; status: string }[] }>(`/campaigns/${id}/calls`);
      return body.data.find(({ status }) => status === 'in-progress');
    });
    expect((await app.post(`/calls/${call.id}/hangup`)).status).toBe(200);
    await world.until(id, 'completed');
    expect((await told(id)).map(({ action, actor_kind }) => [action, actor_kind])).toEqual([
      ['campaign.created', 'open'],
      ['lead.bulk_created', 'open'],
      ['campaign.started', 'open'],
      ['call.hung_up', 'open'],
      ['campaign.completed', 'system'],
    ]);
  });

  it('should tell that a person who was called opted out, without their number', async () => {
    const number = nextNumber();
    await world.carrier({ speed: 50, ringMs: 500, talkMs: 2000, keyMs: 1000, odds: { answered: 1 } });
    await world.carrier({ numbers: { [number]: { keys: '9' } } });
    const id = await world.campaign({ ...FAST, optOut: { digit: '9', scope: 'campaign' } }, [number]);
    await world.start(id);
    await world.until(id, 'completed');
    const entry = await waitFor(async () =>
      (await told(id)).find(({ action }) => action === 'suppression.added'),
    );
    expect(entry).toMatchObject({
      actor_kind: 'system',
      details: { reason: expect.stringMatching(/^Pressed 9 in the call/) },
    });
    expect(JSON.stringify(entry)).not.toContain(number);
  });
});
