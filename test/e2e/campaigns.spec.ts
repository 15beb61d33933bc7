import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertAgent } from '../factories/agent.factory.js';
import {
  assignAgent,
  campaignBody,
  insertCampaign,
  insertCampaignCall,
  insertCampaignLead,
} from '../factories/campaign.factory.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { WRONG } from './campaign-wrong-fields.js';

interface Body {
  success: boolean;
  data: Record<string, unknown>;
  code?: string;
  error?: string;
  errors?: { field: string }[];
}
interface ListBody extends Omit<Body, 'data'> {
  data: Record<string, unknown>[];
  pagination: Record<string, number>;
}

const KEYS = [
  ...['id', 'name', 'description', 'status', 'maxConcurrent', 'retryFailed', 'retryAttempts', 'retryDelay'],
  ...['retryRules', 'maxAttemptsPerNumber', 'callDelay', 'agentStrategy', 'defaultCountry', 'callingWindow'],
  ...['rulePack', 'wakesAt', 'optOut', 'pausedReason', 'scheduledAt', 'endAt', 'recurrence', 'nextRunAt'],
  ...[
    'stoppedReason',
    'startedAt',
    'completedAt',
    'totalCalls',
    'estimatedSpend',
    'successfulCalls',
    'failedCalls',
  ],
  ...['createdAt', 'updatedAt', 'callerIds', 'localPresence', 'weight', 'maxCalls', 'maxSpend'],
].sort();
const soon = (): string => new Date(Date.now() + 3_600_000).toISOString();
const PAST = '2020-01-01T00:00:00Z';

describe('campaigns over HTTP', () => {
  let app: TestApp;
  let sql: pg.Pool;

  beforeAll(async () => {
    // An api process alone dials nothing: what the requests did is what stays.
    app = await startTestApp({ ROLE: 'api' });
    sql = new pg.Pool({ connectionString: app.database.url, max: 2 });
  });
  afterAll(async () => {
    await sql.end();
    await app.close();
  });

  async function rowOf(id: unknown): Promise<Record<string, unknown> | undefined> {
    return (await sql.query('SELECT * FROM campaigns WHERE id = $1', [id])).rows[0];
  }

  async function campaignWithLead(overrides: Record<string, unknown> = {}): Promise<string> {
    const id = await insertCampaign(sql, overrides);
    await insertCampaignLead(sql, id);
    return id;
  }

  /** Asserts a refusal: its status, its code, the envelope around it. */
  function expectRefusal(answer: { status: number; body: Body }, status: number, code: string): void {
    expect(answer.body).toMatchObject({ success: false, code, error: expect.any(String) as string });
    expect(answer.body).toHaveProperty('details', expect.any(String));
    expect(answer.status).toBe(status);
  }

  describe('create', () => {
    it('should answer the spec’s body with every key, and store it', async () => {
      const { status, body } = await app.post<Body>('/campaigns', campaignBody());
      expect(status).toBe(201);
      expect(Object.keys(body).sort()).toEqual(['data', 'success']);
      expect(Object.keys(body.data).sort()).toEqual(KEYS);
      expect(body.data).toMatchObject({
        ...campaignBody(),
        scheduledAt: null,
        startedAt: null,
        completedAt: null,
        totalCalls: 0,
        successfulCalls: 0,
        failedCalls: 0,
      });
      expect(await rowOf(body.data.id)).toMatchObject({
        name: 'Q4 Sales Campaign',
        description: 'End of year sales push',
        status: 'draft',
        call_delay: 2000,
      });
    });

    it('should fill in the documented defaults', async () => {
      const { body } = await app.post<Body>('/campaigns', { name: '  My First Campaign ' });
      expect(body.data).toMatchObject({
        name: 'My First Campaign',
        description: null,
        status: 'draft',
        maxConcurrent: 3,
        retryFailed: false,
        retryAttempts: 1,
        retryDelay: 60_000,
        retryRules: null,
        maxAttemptsPerNumber: null,
        callDelay: 2000,
        agentStrategy: 'primary_first',
        defaultCountry: null,
        pausedReason: null,
      });
    });

    it('should schedule with a time in any zone, and refuse the past', async () => {
      const { status, body } = await app.post<Body>('/campaigns', {
        name: 'New year',
        defaultCountry: 'in',
        scheduledAt: '2099-01-01T05:30:00+05:30',
      });
      expect(status).toBe(201);
      expect(body.data).toMatchObject({
        status: 'scheduled',
        scheduledAt: '2099-01-01T00:00:00.000Z',
        defaultCountry: 'IN',
      });
      expectRefusal(await app.post('/campaigns', { name: 'x', scheduledAt: PAST }), 400, 'SCHEDULED_IN_PAST');
    });

    it('should refuse a missing name', async () => {
      expectRefusal(await app.post('/campaigns', {}), 400, 'VALIDATION_FAILED');
      expectRefusal(await app.post('/campaigns'), 400, 'VALIDATION_FAILED');
    });
  });

  it.each(WRONG)(
    'should refuse %s = %j in a creation and in an update, naming the field',
    async (field, value) => {
      const id = await insertCampaign(sql);
      const before = await rowOf(id);
      const created = await app.post<Body>('/campaigns', { name: 'x', [field]: value });
      const updated = await app.put<Body>(`/campaigns/${id}`, { [field]: value });
      for (const answer of [created, updated]) {
        expectRefusal(answer, 400, 'VALIDATION_FAILED');
        expect(answer.body.errors?.map((error) => error.field)).toEqual([field]);
      }
      expect(await rowOf(id)).toEqual(before);
    },
  );

  describe('list', () => {
    it('should page, newest first, with exact counts', async () => {
      const ids: string[] = [];
      for (let i = 0; i < 3; i += 1) ids.push(await insertCampaign(sql, { status: 'stopped' }));
      await assignAgent(sql, ids[1]!, await insertAgent(sql));
      await sql.query(
        'INSERT INTO campaign_counters (campaign_id, shard, pending, failed) VALUES ($1, 0, 4, 0), ($1, 5, -1, 3)',
        [ids[1]],
      );
      const first = await app.get<ListBody>('/campaigns?status=stopped&page=1&limit=2');
      const second = await app.get<ListBody>('/campaigns?status=stopped&page=2&limit=2');
      expect(first.status).toBe(200);
      expect(Object.keys(first.body).sort()).toEqual(['data', 'pagination', 'success']);
      expect(first.body.pagination).toEqual({
        total: 3,
        page: 1,
        limit: 2,
        pages: 2,
        nextCursor: expect.any(String) as string,
      });
      expect(first.body.data.map((each) => each.id)).toEqual([ids[2], ids[1]]);
      expect(second.body.data.map((each) => each.id)).toEqual([ids[0]]);
      expect(Object.keys(first.body.data[0]!).sort()).toEqual([...KEYS, '_count'].sort());
      expect(first.body.data[1]!._count).toEqual({ leads: 6, campaignAgents: 1 });
    });

    it.each(['draft', 'scheduled', 'active', 'paused', 'stopped', 'completed'])(
      'should filter by status %s',
      async (status) => {
        const id = await insertCampaign(sql, { status });
        const { body } = await app.get<ListBody>(`/campaigns?status=${status}&limit=200`);
        expect(body.data.map((each) => each.id)).toContain(id);
        expect(new Set(body.data.map((each) => each.status))).toEqual(new Set([status]));
      },
    );

    it('should have ten on a page unless told otherwise', async () => {
      for (let i = 0; i < 11; i += 1) await insertCampaign(sql);
      const { body } = await app.get<ListBody>('/campaigns');
      expect(body.data).toHaveLength(10);
      expect(body.pagination).toMatchObject({ page: 1, limit: 10 });
    });

    it.each([
      'status=ringing',
      'status=',
      'status=draft&status=active',
      'page=0',
      'limit=201',
      'limit=x',
      'q=1',
    ])('should refuse ?%s', async (query) => {
      expectRefusal(await app.get(`/campaigns?${query}`), 400, 'VALIDATION_FAILED');
    });
  });

  it('should show a campaign with its leads, its agents and exact counts', async () => {
    const id = await insertCampaign(sql);
    const [primary, second] = [await insertAgent(sql, { name: 'Second' }), await insertAgent(sql)];
    await assignAgent(sql, id, second);
    await assignAgent(sql, id, primary, true);
    const { status, body } = await app.get<Body>(`/campaigns/${id}`);
    expect(status).toBe(200);
    expect(Object.keys(body.data).sort()).toEqual([...KEYS, '_count', 'campaignAgents', 'leads'].sort());
    expect(body.data.leads).toEqual([]);
    expect(body.data._count).toEqual({ leads: 0, campaignAgents: 2 });
    expect(body.data.campaignAgents).toEqual([
      {
        campaignId: id,
        agentId: primary,
        isPrimary: true,
        createdAt: expect.any(String) as string,
        agent: { id: primary, name: 'Second', isActive: true },
      },
      expect.objectContaining({ agentId: second, isPrimary: false }) as object,
    ]);
  });

  it('should show the first fifty leads only', async () => {
    const id = await insertCampaign(sql);
    for (let i = 0; i < 51; i += 1) await insertCampaignLead(sql, id);
    const { body } = await app.get<Body>(`/campaigns/${id}`);
    expect(body.data.leads).toHaveLength(50);
  });

  describe('update', () => {
    it('should change what is given and leave the rest', async () => {
      const id = await insertCampaign(sql, { description: 'Old', default_country: 'IN', status: 'paused' });
      const { status, body } = await app.put<Body>(`/campaigns/${id}`, {
        maxConcurrent: 5,
        description: null,
      });
      expect(status).toBe(200);
      expect(Object.keys(body.data).sort()).toEqual(KEYS);
      expect(body.data).toMatchObject({
        name: 'Q4 Sales Campaign',
        description: null,
        maxConcurrent: 5,
        defaultCountry: 'IN',
        status: 'paused',
      });
      expect(await rowOf(id)).toMatchObject({ max_concurrent: 5, description: null, default_country: 'IN' });
    });

    it('should refuse an active campaign', async () => {
      const id = await insertCampaign(sql, { status: 'active' });
      expectRefusal(await app.put(`/campaigns/${id}`, { name: 'New' }), 400, 'CAMPAIGN_ACTIVE');
      expectRefusal(await app.put(`/campaigns/${id}`, { scheduledAt: soon() }), 400, 'CAMPAIGN_ACTIVE');
      expect(await rowOf(id)).toMatchObject({ name: 'Q4 Sales Campaign', status: 'active' });
    });

    it('should schedule a draft, move its time, and take it back', async () => {
      const id = await insertCampaign(sql, { paused_reason: JSON.stringify({ code: 'NO_PENDING_LEADS' }) });
      for (const scheduledAt of [soon(), '2099-01-01T00:00:00.000Z']) {
        const { body } = await app.put<Body>(`/campaigns/${id}`, { scheduledAt });
        expect(body.data).toMatchObject({ status: 'scheduled', scheduledAt, pausedReason: null });
      }
      const { body } = await app.put<Body>(`/campaigns/${id}`, { scheduledAt: null });
      expect(body.data).toMatchObject({ status: 'draft', scheduledAt: null });
    });

    it('should not schedule a paused campaign', async () => {
      const id = await insertCampaign(sql, { status: 'paused' });
      const later = { scheduledAt: soon(), name: 'New' };
      expectRefusal(await app.put(`/campaigns/${id}`, later), 400, 'CAMPAIGN_NOT_SCHEDULABLE');
      expect((await app.put(`/campaigns/${id}`, { scheduledAt: null })).status).toBe(200);
      expect(await rowOf(id)).toMatchObject({ status: 'paused', name: 'Q4 Sales Campaign' });
    });
  });

  it('should delete a resting campaign, and refuse an active one or one with open calls', async () => {
    const [resting, active, calling] = [
      await campaignWithLead({ status: 'completed' }),
      await insertCampaign(sql, { status: 'active' }),
      await insertCampaign(sql, { status: 'stopped' }),
    ];
    await insertCampaignCall(sql, calling);
    const { status, body } = await app.delete<Body>(`/campaigns/${resting}`);
    expect(status).toBe(200);
    const message = expect.any(String) as string;
    expect(body).toEqual({ success: true, message, data: { id: resting } });
    expect(await rowOf(resting)).toBeUndefined();
    expectRefusal(await app.delete(`/campaigns/${active}`), 400, 'CAMPAIGN_ACTIVE');
    expectRefusal(await app.delete(`/campaigns/${calling}`), 400, 'CAMPAIGN_HAS_OPEN_CALLS');
    expect(await rowOf(calling)).toBeDefined();
  });
});
