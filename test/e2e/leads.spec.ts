import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fictionalNumber, leadBodies, leadBody } from '../factories/lead.factory.js';
import {
  LEAD_KEYS,
  LeadsWorld,
  UNKNOWN_ID,
  WRONG_FIELDS,
  type LeadBody,
  type LeadListBody,
} from './leads-world.js';

describe('adding leads over HTTP', () => {
  let world: LeadsWorld;

  beforeAll(async () => {
    world = await LeadsWorld.start();
  });
  afterAll(() => world.close());
  beforeEach(() => world.newCampaign());

  describe('POST one', () => {
    it('should add a lead and answer it as the contract has it', async () => {
      const { status, body } = await world.app.post<LeadBody>(world.path, leadBody());
      expect(status).toBe(201);
      expect(Object.keys(body).sort()).toEqual(['data', 'success']);
      expect(Object.keys(body.data).sort()).toEqual(LEAD_KEYS);
      expect(body.data).toMatchObject({
        campaignId: world.campaignId,
        phoneNumber: '+919529117230',
        name: 'John Doe',
        status: 'pending',
        priority: 1,
        metadata: { source: 'website', tags: ['high-value'] },
        attempts: 0,
        nextAttemptAt: null,
        blockedReason: null,
        reason: null,
      });
      await world.expectCounters({ pending: 1, totalLeads: 1 });
    });

    it('should need a phone number only, take null for none, and store E.164', async () => {
      const { body } = await world.app.post<LeadBody>(world.path, {
        phoneNumber: ' +91 95291-17230 ',
        name: null,
        priority: null,
        metadata: null,
      });
      expect(body.data).toMatchObject({
        phoneNumber: '+919529117230',
        name: null,
        priority: 0,
        metadata: {},
      });
    });

    it('should take metadata as a string of JSON from old clients', async () => {
      const { body } = await world.app.post<LeadBody>(
        world.path,
        leadBody({ metadata: '{"source":"website"}' }),
      );
      expect(body.data.metadata).toEqual({ source: 'website' });
    });

    it("should read national numbers by the campaign's default country", async () => {
      await world.app.put(`/campaigns/${world.campaignId}`, { defaultCountry: 'IN' });
      const { body } = await world.app.post<LeadBody>(world.path, { phoneNumber: '095291 17230' });
      expect(body.data.phoneNumber).toBe('+919529117230');
    });

    it('should refuse a number the campaign has, however it is written', async () => {
      await world.add();
      const { status, body } = await world.app.post<LeadBody>(world.path, {
        phoneNumber: '0091 95291 17230',
      });
      expect([status, body.code]).toEqual([400, 'DUPLICATE_LEAD']);
      await world.expectCounters({ pending: 1 });
    });

    it.each([
      ['', 'Phone number is required'],
      ['12345', /country code/],
      ['+14155550', /too short/],
      ['+11115550123', /can exist/],
    ])('should refuse the number %j and say why', async (phoneNumber, reason) => {
      const { status, body } = await world.app.post<LeadBody>(world.path, { phoneNumber });
      expect([status, body.code]).toEqual([400, 'INVALID_PHONE_NUMBER']);
      expect(body.details).toMatch(reason);
    });

    it.each(WRONG_FIELDS)('should refuse %s: %j', async (field, value) => {
      const { status, body } = await world.app.post<LeadBody>(world.path, leadBody({ [field]: value }));
      expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
      expect(body.errors?.[0]?.field.startsWith(field)).toBe(true);
    });

    it.each([
      ['POST', ''],
      ['POST', '/bulk'],
      ['GET', ''],
      ['DELETE', ''],
      ['GET', `/${UNKNOWN_ID}`],
      ['PUT', `/${UNKNOWN_ID}`],
      ['DELETE', `/${UNKNOWN_ID}`],
    ])('should not find an unknown or malformed campaign: %s %s', async (method, rest) => {
      const body = method === 'POST' && (rest ? { leads: [leadBody()] } : leadBody());
      for (const id of [UNKNOWN_ID, 'cmggzkcrc0000sbanzqb7a2hc']) {
        const answer = await fetch(`${world.app.url}/api/v1/campaigns/${id}/leads${rest}`, {
          method,
          headers: { 'Content-Type': 'application/json' },
          body: body ? JSON.stringify(body) : method === 'PUT' ? '{}' : undefined,
        });
        expect(answer.status).toBe(404);
        expect(((await answer.json()) as LeadBody).code).toBe('CAMPAIGN_NOT_FOUND');
      }
    });
  });

  describe('POST bulk', () => {
    const bulk = (leads: unknown) => world.app.post<LeadBody>(`${world.path}/bulk`, { leads });

    it('should add the leads of the contract', async () => {
      const { status, body } = await bulk([
        { phoneNumber: '+919529117230', name: 'John Doe', priority: 1 },
        { phoneNumber: '+918329823146', name: 'Jane Smith', priority: 2 },
      ]);
      expect(status).toBe(201);
      expect(body).toEqual({ success: true, data: { created: 2, total: 2, duplicates: 0, errors: [] } });
      const list = await world.app.get<LeadListBody>(world.path);
      expect(list.body.data.map((lead) => lead.name)).toEqual(['John Doe', 'Jane Smith']);
      await world.expectCounters({ pending: 2 });
    });

    it('should leave out duplicates and impossible numbers, and report them', async () => {
      await world.add();
      const { status, body } = await bulk([
        { phoneNumber: '+919529117230' },
        { phoneNumber: fictionalNumber(1) },
        { phoneNumber: '+1 415' },
        { phoneNumber: fictionalNumber(1), name: 'again' },
        { phoneNumber: '' },
      ]);
      expect(status).toBe(201);
      expect(body.data).toMatchObject({ created: 1, total: 5, duplicates: 2 });
      expect(body.data.errors).toEqual([
        { index: 2, error: '+1 415 is too short' },
        { index: 4, error: 'Phone number is required' },
      ]);
      await world.expectCounters({ pending: 2 });
    });

    it('should add 10,000 leads at once, in their order', async () => {
      const { body } = await bulk(leadBodies(10_000));
      expect(body.data).toMatchObject({ created: 10_000, total: 10_000 });
      const last = await world.app.get<LeadListBody>(`${world.path}?page=50&limit=200`);
      expect(last.body.data.at(-1)?.name).toBe('Lead 9999');
      expect(last.body.pagination).toEqual({
        total: 10_000,
        page: 50,
        limit: 200,
        pages: 50,
        nextCursor: null,
      });
      await world.expectCounters({ pending: 10_000 });
    });

    it('should refuse the whole list for an entry that is no lead, and name the place', async () => {
      const { status, body } = await bulk([
        ...leadBodies(3),
        { phoneNumber: 5 },
        'text',
        { phoneNumber: fictionalNumber(9), colour: 'red' },
        { name: 'x'.repeat(201), phoneNumber: fictionalNumber(10) },
        {},
      ]);
      expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
      expect(body.errors?.map((error) => error.field)).toEqual([
        'leads.3.phoneNumber',
        'leads.4',
        'leads.5.colour',
        'leads.6.name',
        'leads.7.phoneNumber',
      ]);
      await world.expectCounters({ pending: 0 });
    });

    it.each([[[]], [undefined], ['x'], [{}]])('should refuse a list like %j', async (leads) => {
      const { status, body } = await bulk(leads);
      expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
    });

    it('should refuse more than 100,000 at once', async () => {
      const { status, body } = await bulk(Array.from({ length: 100_001 }, () => leadBodies(1)[0]));
      expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
      await world.expectCounters({ pending: 0 });
    });

    it('should list no more than 100 errors', async () => {
      const { body } = await bulk(Array.from({ length: 150 }, () => 7));
      expect(body.errors).toHaveLength(100);
      const { body: second } = await bulk(Array.from({ length: 150 }, () => ({ phoneNumber: '1' })));
      expect(second.data).toMatchObject({ created: 0, total: 150, duplicates: 0 });
      expect(second.data.errors).toHaveLength(100);
    });
  });
});
