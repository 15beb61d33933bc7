import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertAgent } from '../factories/agent.factory.js';
import { assignAgent, insertCampaign, insertCampaignLead } from '../factories/campaign.factory.js';
import { startTestApp, type TestApp } from '../support/app.js';

interface Body {
  success: boolean;
  message?: string;
  data: Record<string, unknown>;
  code?: string;
}

describe('the life, the numbers and the agents of a campaign over HTTP', () => {
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

  async function campaignWithLead(overrides: Record<string, unknown> = {}): Promise<string> {
    const id = await insertCampaign(sql, overrides);
    await insertCampaignLead(sql, id);
    await sql.query('INSERT INTO campaign_counters (campaign_id, shard, pending) VALUES ($1, 3, 1)', [id]);
    return id;
  }

  async function statusOf(id: string): Promise<unknown> {
    return (await sql.query<{ status: string }>('SELECT status FROM campaigns WHERE id = $1', [id])).rows[0]
      ?.status;
  }

  async function expectRefusal(path: string, code: string): Promise<void> {
    const { status, body } = await app.post<Body>(path);
    expect(body).toMatchObject({ success: false, code });
    expect(status).toBe(400);
  }

  it('should start, pause, resume and stop, each answered like the spec’s start', async () => {
    const id = await campaignWithLead({ max_concurrent: 7 });
    for (const [move, past, status] of [
      ['start', 'started', 'active'],
      ['pause', 'paused', 'paused'],
      ['resume', 'resumed', 'active'],
      ['stop?hangup=true', 'stopped', 'stopped'],
      ['start', 'started', 'active'],
      ['pause?hangup=false', 'paused', 'paused'],
      ['stop', 'stopped', 'stopped'],
    ] as const) {
      const answer = await app.post<Body>(`/campaigns/${id}/${move}`);
      expect(answer.body).toEqual({
        success: true,
        message: `Campaign ${past} successfully`,
        data: { campaignId: id, totalLeads: 1, maxConcurrent: 7 },
      });
      expect(answer.status).toBe(200);
      expect(await statusOf(id)).toBe(status);
    }
  });

  it('should answer two starts at once with one run', async () => {
    const id = await campaignWithLead();
    const answers = await Promise.all([1, 2].map(() => app.post<Body>(`/campaigns/${id}/start`)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 400]);
    expect(answers.find((answer) => answer.status === 400)?.body.code).toBe('CAMPAIGN_ACTIVE');
  });

  it('should refuse each move that its life does not have, by name', async () => {
    const draft = await campaignWithLead();
    const active = await campaignWithLead({ status: 'active' });
    const paused = await campaignWithLead({ status: 'paused' });
    const idle = await campaignWithLead();
    await assignAgent(sql, idle, await insertAgent(sql, { is_active: false }));
    await expectRefusal(`/campaigns/${await insertCampaign(sql)}/start`, 'NO_PENDING_LEADS');
    await expectRefusal(`/campaigns/${active}/start`, 'CAMPAIGN_ACTIVE');
    await expectRefusal(`/campaigns/${paused}/start`, 'CAMPAIGN_PAUSED');
    await expectRefusal(`/campaigns/${idle}/start`, 'NO_ACTIVE_AGENT');
    await expectRefusal(`/campaigns/${draft}/stop`, 'CAMPAIGN_NOT_RUNNING');
    await expectRefusal(`/campaigns/${draft}/pause`, 'CAMPAIGN_NOT_ACTIVE');
    await expectRefusal(`/campaigns/${paused}/pause`, 'CAMPAIGN_NOT_ACTIVE');
    await expectRefusal(`/campaigns/${active}/resume`, 'CAMPAIGN_NOT_PAUSED');
    await expectRefusal(`/campaigns/${active}/pause?hangup=yes`, 'VALIDATION_FAILED');
    await expectRefusal(`/campaigns/${active}/stop?hangup=`, 'VALIDATION_FAILED');
    expect(await Promise.all([draft, active, paused, idle].map(statusOf))).toEqual([
      'draft',
      'active',
      'paused',
      'draft',
    ]);
  });

  it('should tell the numbers of the spec, key by key, and what it cost', async () => {
    const id = await insertCampaign(sql);
    const { body: empty } = await app.get<Body>(`/campaigns/${id}/stats`);
    expect(empty.data).toMatchObject({ totalLeads: 0, totalCalls: 0, averageDuration: 0 });
    await sql.query(
      `INSERT INTO campaign_counters
         (campaign_id, shard, pending, calling, completed, failed, successful_calls, failed_calls, talk_ms)
       VALUES ($1, 0, 130, 0, 0, 0, 25, 0, 200000), ($1, 7, -10, 3, 25, 2, 0, 2, 5851)`,
      [id],
    );
    const { status, body } = await app.get<Body>(`/campaigns/${id}/stats`);
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      data: {
        totalLeads: 150,
        pending: 120,
        calling: 3,
        completed: 25,
        failed: 2,
        totalCalls: 27,
        successfulCalls: 25,
        failedCalls: 2,
        averageDuration: 8234,
        estimatedSpend: 0,
        realtime: { total: 150, completed: 25, failed: 2, active: 3, pending: 120 },
      },
    });
  });

  describe('agents', () => {
    it('should assign, list and remove, also while the campaign is active', async () => {
      const [id, agentId] = [await insertCampaign(sql, { status: 'active' }), await insertAgent(sql)];
      const path = `/campaigns/${id}/agents`;
      const assigned = await app.post<Body>(path, { agentId, isPrimary: true });
      const shown = {
        campaignId: id,
        agentId,
        isPrimary: true,
        createdAt: expect.any(String) as string,
        agent: { id: agentId, name: 'Sales Agent', isActive: true },
      };
      expect(assigned.status).toBe(201);
      expect(assigned.body).toEqual({ success: true, data: shown });
      expect((await app.get(path)).body).toEqual({
        success: true,
        data: [shown],
        pagination: { total: 1, page: 1, limit: 50, pages: 1, nextCursor: null },
      });
      const removed = await app.delete<Body>(`${path}/${agentId}`);
      expect(removed.status).toBe(200);
      expect(removed.body.data).toEqual({ campaignId: id, agentId });
      expect((await sql.query('SELECT 1 FROM campaign_agents WHERE campaign_id = $1', [id])).rowCount).toBe(
        0,
      );
      const again = await app.delete<Body>(`${path}/${agentId}`);
      expect(again.status).toBe(404);
      expect(again.body.code).toBe('CAMPAIGN_AGENT_NOT_FOUND');
    });

    it('should answer 200 to an assignment that is there, and change only what is given', async () => {
      const [id, agentId] = [await insertCampaign(sql), await insertAgent(sql)];
      const path = `/campaigns/${id}/agents`;
      const answers = [];
      for (const isPrimary of [undefined, true, undefined, false]) {
        const { status, body } = await app.post<Body>(path, { agentId, isPrimary });
        answers.push([status, body.data.isPrimary]);
      }
      expect(answers).toEqual([
        [201, false],
        [200, true],
        [200, true],
        [200, false],
      ]);
    });

    it('should have one primary agent at most, the last one named, also when several come at once', async () => {
      const id = await insertCampaign(sql);
      const agentIds = await Promise.all(Array.from({ length: 6 }, () => insertAgent(sql)));
      const path = `/campaigns/${id}/agents`;
      const answers = await Promise.all(
        agentIds.map((agentId) => app.post<Body>(path, { agentId, isPrimary: true })),
      );
      expect(answers.map((answer) => answer.status)).toEqual(agentIds.map(() => 201));
      await app.post(path, { agentId: agentIds[2], isPrimary: true });
      const { rows } = await sql.query(
        'SELECT agent_id FROM campaign_agents WHERE campaign_id = $1 AND is_primary',
        [id],
      );
      expect(rows).toEqual([{ agent_id: agentIds[2] }]);
    });

    it('should refuse what cannot be assigned', async () => {
      const [id, agentId] = [await insertCampaign(sql), await insertAgent(sql)];
      const path = `/campaigns/${id}/agents`;
      const refusals = [
        [await app.post<Body>(path, { agentId: randomUUID() }), 404, 'AGENT_NOT_FOUND'],
        [await app.post<Body>(`/campaigns/${randomUUID()}/agents`, { agentId }), 404, 'CAMPAIGN_NOT_FOUND'],
        [await app.post<Body>(path, { agentId: 'agent_xyz' }), 400, 'VALIDATION_FAILED'],
        [await app.post<Body>(path, {}), 400, 'VALIDATION_FAILED'],
        [await app.post<Body>(path, { agentId, isPrimary: 'yes' }), 400, 'VALIDATION_FAILED'],
        [await app.post<Body>(path, { agentId, isPrimary: null }), 400, 'VALIDATION_FAILED'],
        [await app.post<Body>(path, { agentId, role: 'x' }), 400, 'VALIDATION_FAILED'],
      ] as const;
      for (const [answer, status, code] of refusals) {
        expect(answer.body.code).toBe(code);
        expect(answer.status).toBe(status);
      }
    });
  });

  it.each(['cmggzkcrc0000sbanzqb7a2hc', '%00', randomUUID()])(
    'should answer 404 to the id %s',
    async (id) => {
      const path = `/campaigns/${id}`;
      const agentId = await insertAgent(sql);
      const answers = [
        await app.get<Body>(path),
        await app.put<Body>(path, { name: 'x' }),
        await app.delete<Body>(path),
        await app.get<Body>(`${path}/stats`),
        await app.get<Body>(`${path}/agents`),
        await app.post<Body>(`${path}/agents`, { agentId }),
        await app.delete<Body>(`${path}/agents/${agentId}`),
      ];
      for (const move of ['start', 'stop', 'pause', 'resume']) {
        answers.push(await app.post<Body>(`${path}/${move}`));
      }
      for (const { status, body } of answers) {
        expect(body).toMatchObject({ success: false, code: 'CAMPAIGN_NOT_FOUND' });
        expect(status).toBe(404);
      }
    },
  );

  it('should take an id in capital letters for the same one', async () => {
    const id = await campaignWithLead();
    const { body } = await app.get<Body>(`/campaigns/${id.toUpperCase()}/stats`);
    expect(body.data.totalLeads).toBe(1);
    const agentId = await insertAgent(sql);
    const { status } = await app.post<Body>(`/campaigns/${id.toUpperCase()}/agents`, {
      agentId: agentId.toUpperCase(),
    });
    expect(status).toBe(201);
  });
});
