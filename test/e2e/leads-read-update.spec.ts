import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertCampaignCall } from '../factories/campaign.factory.js';
import { fictionalNumber, leadBodies, moveLead } from '../factories/lead.factory.js';
import {
  LEAD_KEYS,
  LeadsWorld,
  UNKNOWN_ID,
  WRONG_FIELDS,
  type LeadBody,
  type LeadListBody,
} from './leads-world.js';

const CALL_KEYS = [
  ...['id', 'status', 'outcome', 'attempt', 'agentId', 'duration', 'errorCode', 'errorMessage'],
  ...['createdAt', 'answeredAt', 'endedAt'],
].sort();

describe('reading and changing leads over HTTP', () => {
  let world: LeadsWorld;

  beforeAll(async () => {
    world = await LeadsWorld.start();
  });
  afterAll(() => world.close());
  beforeEach(() => world.newCampaign());

  describe('GET', () => {
    it('should list the oldest first, 50 a page, with exact pages', async () => {
      await world.app.post(`${world.path}/bulk`, { leads: leadBodies(60) });
      const first = await world.app.get<LeadListBody>(world.path);
      expect(first.status).toBe(200);
      expect(Object.keys(first.body).sort()).toEqual(['data', 'pagination', 'success']);
      expect(first.body.data).toHaveLength(50);
      expect(Object.keys(first.body.data[0]!).sort()).toEqual(LEAD_KEYS);
      expect(first.body.pagination).toEqual({
        total: 60,
        page: 1,
        limit: 50,
        pages: 2,
        nextCursor: expect.any(String) as string,
      });
      const second = await world.app.get<LeadListBody>(`${world.path}?page=2`);
      expect(second.body.data.map((lead) => lead.name)).toEqual(
        Array.from({ length: 10 }, (_, i) => `Lead ${i + 50}`),
      );
      const beyond = await world.app.get<LeadListBody>(`${world.path}?page=9`);
      expect(beyond.body).toMatchObject({ data: [], pagination: { total: 60, page: 9 } });
    });

    it('should filter by status', async () => {
      await world.add();
      const failed = await world.add({ phoneNumber: fictionalNumber(1) });
      await moveLead(world.sql, failed, 'failed');
      const list = await world.app.get<LeadListBody>(`${world.path}?status=failed`);
      expect(list.body.data.map((lead) => lead.id)).toEqual([failed]);
      expect(list.body.pagination.total).toBe(1);
      expect(
        (await world.app.get<LeadListBody>(`${world.path}?status=calling`)).body.pagination,
      ).toMatchObject({
        total: 0,
        pages: 0,
      });
    });

    it.each([
      'status=done',
      'status=',
      'page=0',
      'page=x',
      'limit=201',
      'limit=0',
      'colour=red',
      'search=',
      'search=%20',
      'priority=high',
      'sort=name',
      'outcome=',
      'cursor=',
    ])('should refuse ?%s', async (query) => {
      const { status, body } = await world.app.get<LeadBody>(`${world.path}?${query}`);
      expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
    });

    it('should show one lead with its calls, newest first', async () => {
      const id = await world.add();
      const common = { lead_id: id, phone_number: '+919529117230' };
      await insertCampaignCall(world.sql, world.campaignId, { ...common, status: 'busy', outcome: 'busy' });
      const second = { ...common, attempt: 2, status: 'completed', outcome: 'answered', duration_ms: 8000 };
      await insertCampaignCall(world.sql, world.campaignId, second);
      const { status, body } = await world.app.get<LeadBody>(`${world.path}/${id}`);
      expect(status).toBe(200);
      expect(Object.keys(body.data).sort()).toEqual([...LEAD_KEYS, 'calls'].sort());
      const calls = body.data.calls as Record<string, unknown>[];
      expect(calls).toMatchObject([
        { attempt: 2, status: 'completed', outcome: 'answered', duration: 8000 },
        { attempt: 1, status: 'busy', outcome: 'busy', duration: null },
      ]);
      expect(Object.keys(calls[0]!).sort()).toEqual(CALL_KEYS);
    });

    it('should find a lead only in its own campaign', async () => {
      const id = await world.add();
      const other = (await world.app.post<LeadBody>('/campaigns', { name: 'Other' })).body.data.id;
      for (const lead of [UNKNOWN_ID, 'lead_abc123']) {
        expect((await world.app.get<LeadBody>(`${world.path}/${lead}`)).body.code).toBe('LEAD_NOT_FOUND');
      }
      for (const answer of [
        await world.app.get<LeadBody>(`/campaigns/${other}/leads/${id}`),
        await world.app.put<LeadBody>(`/campaigns/${other}/leads/${id}`, { priority: 1 }),
        await world.app.delete<LeadBody>(`/campaigns/${other}/leads/${id}`),
      ]) {
        expect([answer.status, answer.body.code]).toEqual([404, 'LEAD_NOT_FOUND']);
      }
    });

    it("should show the first leads in the campaign's detail", async () => {
      await world.app.post(`${world.path}/bulk`, { leads: leadBodies(60) });
      const { body } = await world.app.get<LeadBody>(`/campaigns/${world.campaignId}`);
      const shown = body.data.leads as Record<string, unknown>[];
      expect(shown.map((lead) => lead.name)).toEqual(Array.from({ length: 50 }, (_, i) => `Lead ${i}`));
      expect(Object.keys(shown[0]!).sort()).toEqual(LEAD_KEYS);
    });
  });

  describe('PUT', () => {
    it('should change what is given and keep the rest', async () => {
      const id = await world.add();
      const { status, body } = await world.app.put<LeadBody>(`${world.path}/${id}`, {
        name: 'John Updated',
        priority: 2,
        metadata: { updated: true },
      });
      expect(status).toBe(200);
      expect(Object.keys(body.data).sort()).toEqual(LEAD_KEYS);
      expect(body.data).toMatchObject({ name: 'John Updated', priority: 2, metadata: { updated: true } });
      const second = await world.app.put<LeadBody>(`${world.path}/${id}`, { priority: 3 });
      expect(second.body.data).toMatchObject({
        name: 'John Updated',
        priority: 3,
        metadata: { updated: true },
      });
      const third = await world.app.put<LeadBody>(`${world.path}/${id}`, {
        name: null,
        priority: null,
        metadata: null,
      });
      expect(third.body.data).toMatchObject({ name: null, priority: 0, metadata: {} });
      expect((await world.app.put<LeadBody>(`${world.path}/${id}`, {})).status).toBe(200);
    });

    it('should change the number of a pending lead, unless the campaign has the new one', async () => {
      const id = await world.add();
      await world.add({ phoneNumber: fictionalNumber(1) });
      const changed = await world.app.put<LeadBody>(`${world.path}/${id}`, {
        phoneNumber: '+44 7700 900123',
      });
      expect(changed.body.data.phoneNumber).toBe('+447700900123');
      const taken = await world.app.put<LeadBody>(`${world.path}/${id}`, { phoneNumber: fictionalNumber(1) });
      expect([taken.status, taken.body.code]).toEqual([400, 'DUPLICATE_LEAD']);
      const wrong = await world.app.put<LeadBody>(`${world.path}/${id}`, { phoneNumber: '+1' });
      expect([wrong.status, wrong.body.code]).toEqual([400, 'INVALID_PHONE_NUMBER']);
    });

    it('should make a lead ready whose old number was busy, but keep a wait for a retry', async () => {
      const busy = await world.add();
      const waiting = await world.add({ phoneNumber: fictionalNumber(1) });
      const set = `UPDATE leads SET next_attempt_at = now() + interval '1 hour', blocked_reason = $2 WHERE id = $1`;
      await world.sql.query(set, [busy, 'number_busy']);
      await world.sql.query(set, [waiting, 'retry_wait']);
      const freed = await world.app.put<LeadBody>(`${world.path}/${busy}`, {
        phoneNumber: fictionalNumber(2),
      });
      expect(freed.body.data).toMatchObject({ blockedReason: null, nextAttemptAt: null });
      const kept = await world.app.put<LeadBody>(`${world.path}/${waiting}`, {
        phoneNumber: fictionalNumber(3),
      });
      expect(kept.body.data).toMatchObject({
        blockedReason: 'retry_wait',
        nextAttemptAt: expect.any(String),
      });
    });

    it.each(['calling', 'completed', 'failed'])(
      'should not change the number of a %s lead',
      async (status) => {
        const id = await world.add();
        await moveLead(world.sql, id, status);
        const answer = await world.app.put<LeadBody>(`${world.path}/${id}`, {
          phoneNumber: fictionalNumber(1),
          name: 'New',
        });
        expect([answer.status, answer.body.code]).toEqual([400, 'LEAD_NOT_PENDING']);
        const same = await world.app.put<LeadBody>(`${world.path}/${id}`, {
          phoneNumber: '+919529117230',
          name: 'New',
        });
        expect([same.status, same.body.data.name]).toEqual([200, 'New']);
      },
    );

    it.each(WRONG_FIELDS)('should refuse %s: %j', async (field, value) => {
      const id = await world.add();
      const { status, body } = await world.app.put<LeadBody>(`${world.path}/${id}`, { [field]: value });
      expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
    });
  });
});
