import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentBody, insertAgent } from '../factories/agent.factory.js';
import { assignAgent, insertCampaign, insertCampaignCall } from '../factories/campaign.factory.js';
import { startTestApp, type TestApp } from '../support/app.js';

interface Body {
  success: boolean;
  data: Record<string, unknown>;
  code?: string;
  errors?: { field: string }[];
}
interface ListBody extends Omit<Body, 'data'> {
  data: Record<string, unknown>[];
  pagination: Record<string, number>;
}

const KEYS = [
  ...['id', 'name', 'description', 'voiceId', 'personality', 'systemPrompt', 'greeting', 'isActive'],
  ...['maxConcurrentCalls', 'activeCalls', 'createdAt', 'updatedAt'],
].sort();

/** What no field may hold, in a creation or an update: [field, value]. */
const WRONG: [string, unknown][] = [
  ['name', null],
  ['name', ' '],
  ['name', 'x'.repeat(201)],
  ['description', 1],
  ['description', 'x'.repeat(5001)],
  ['voiceId', {}],
  ['personality', []],
  ['systemPrompt', 'x'.repeat(20_001)],
  ['greeting', 'x'.repeat(4001)],
  ['greeting', 'a\0b'],
  ['isActive', 'true'],
  ['isActive', null],
  ['maxConcurrentCalls', 0],
  ['maxConcurrentCalls', 1001],
  ['maxConcurrentCalls', 1.5],
  ['maxConcurrentCalls', null],
  ['activeCalls', 1],
];

describe('agents over HTTP', () => {
  let app: TestApp;
  let sql: pg.Pool;

  beforeAll(async () => {
    app = await startTestApp({ ROLE: 'api' });
    sql = new pg.Pool({ connectionString: app.database.url, max: 2 });
  });
  afterAll(async () => {
    await sql.end();
    await app.close();
  });

  async function rowOf(id: unknown): Promise<Record<string, unknown> | undefined> {
    return (await sql.query('SELECT * FROM agents WHERE id = $1', [id])).rows[0];
  }

  it('should create what the spec sends, answer every key, and store it', async () => {
    const { status, body } = await app.post<Body>('/agents', agentBody());
    expect(status).toBe(201);
    expect(Object.keys(body).sort()).toEqual(['data', 'success']);
    expect(Object.keys(body.data).sort()).toEqual(KEYS);
    expect(body.data).toMatchObject({
      ...agentBody(),
      greeting: null,
      isActive: true,
      maxConcurrentCalls: 3,
      activeCalls: 0,
    });
    expect(await rowOf(body.data.id)).toMatchObject({ voice_id: 'voice_123', is_active: true });
  });

  it('should refuse an agent without a name', async () => {
    const { status, body } = await app.post<Body>('/agents', agentBody({ name: undefined }));
    expect(status).toBe(400);
    expect(body.errors?.map((error) => error.field)).toEqual(['name']);
  });

  it.each(WRONG)(
    'should refuse %s = %j in a creation and in an update, naming the field',
    async (field, value) => {
      const id = await insertAgent(sql);
      const before = await rowOf(id);
      const created = await app.post<Body>('/agents', { name: 'x', [field]: value });
      const updated = await app.put<Body>(`/agents/${id}`, { [field]: value });
      for (const { status, body } of [created, updated]) {
        expect(body).toMatchObject({ success: false, code: 'VALIDATION_FAILED' });
        expect(body.errors?.map((error) => error.field)).toEqual([field]);
        expect(status).toBe(400);
      }
      expect(await rowOf(id)).toEqual(before);
    },
  );

  it('should list by page, newest first, and by isActive, with the live load', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) ids.push(await insertAgent(sql, { is_active: false }));
    const campaignId = await insertCampaign(sql);
    for (const status of ['queued', 'in-progress', 'completed']) {
      await insertCampaignCall(sql, campaignId, { agent_id: ids[2], status });
    }
    const { status, body } = await app.get<ListBody>('/agents?isActive=false&page=1&limit=2');
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(['data', 'pagination', 'success']);
    expect(body.pagination).toEqual({
      total: 3,
      page: 1,
      limit: 2,
      pages: 2,
      nextCursor: expect.any(String) as string,
    });
    expect(body.data.map((each) => [each.id, each.activeCalls])).toEqual([
      [ids[2], 2],
      [ids[1], 0],
    ]);
    const active = await app.get<ListBody>('/agents?isActive=true');
    expect(new Set(active.body.data.map((each) => each.isActive))).toEqual(new Set([true]));
    expect(active.body.pagination.limit).toBe(10);
    expect((await app.get<Body>(`/agents/${ids[2]!}`)).body.data.activeCalls).toBe(2);
  });

  it.each(['isActive=yes', 'isActive=', 'isActive=1', 'limit=0', 'page=-1', 'status=x'])(
    'should refuse ?%s',
    async (query) => {
      const { status, body } = await app.get<Body>(`/agents?${query}`);
      expect(body.code).toBe('VALIDATION_FAILED');
      expect(status).toBe(400);
    },
  );

  it('should change what is given, clear what is null, and leave the rest', async () => {
    const id = await insertAgent(sql, { description: 'Old', greeting: 'Hello {{name}}', voice_id: 'v' });
    const { status, body } = await app.put<Body>(`/agents/${id}`, { isActive: false, greeting: null });
    expect(status).toBe(200);
    expect(Object.keys(body.data).sort()).toEqual(KEYS);
    expect(body.data).toMatchObject({ isActive: false, greeting: null, description: 'Old', voiceId: 'v' });
    expect(await rowOf(id)).toMatchObject({ is_active: false, greeting: null, description: 'Old' });
    expect((await app.put(`/agents/${id}`, {})).status).toBe(200);
  });

  it('should delete an agent unless an active campaign works with it', async () => {
    const id = await insertAgent(sql);
    const campaignId = await insertCampaign(sql, { status: 'active' });
    await assignAgent(sql, campaignId, id);
    const refused = await app.delete<Body>(`/agents/${id}`);
    expect(refused.body).toMatchObject({ success: false, code: 'AGENT_IN_USE' });
    expect(refused.status).toBe(400);
    await sql.query(`UPDATE campaigns SET status = 'paused' WHERE id = $1`, [campaignId]);
    const deleted = await app.delete<Body>(`/agents/${id}`);
    expect(deleted.status).toBe(200);
    expect(deleted.body).toEqual({ success: true, message: expect.any(String) as string, data: { id } });
    expect(await rowOf(id)).toBeUndefined();
    expect((await sql.query('SELECT 1 FROM campaign_agents WHERE agent_id = $1', [id])).rowCount).toBe(0);
  });

  it.each(['agent_xyz', randomUUID()])('should answer 404 to the id %s', async (id) => {
    const answers = [
      await app.get<Body>(`/agents/${id}`),
      await app.put<Body>(`/agents/${id}`, { name: 'x' }),
      await app.delete<Body>(`/agents/${id}`),
    ];
    for (const { status, body } of answers) {
      expect(body).toMatchObject({ success: false, code: 'AGENT_NOT_FOUND' });
      expect(status).toBe(404);
    }
  });
});
