import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PhoneNumbersRepository } from '../../src/compliance/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { waitFor } from '../support/wait-for.js';

const CONFIGURED = ['+12025550100', '+12025550101'];
/** The carrier's account has it, the configuration does not. */
const RINGING = '+12025550122';
const UNKNOWN = '01930000-0000-7000-8000-000000000000';

interface Shown {
  id: string;
  phoneNumber: string;
  source: string;
  isActive: boolean;
  dailyCap: number | null;
  callsToday: number;
  openCalls: number;
  rest: { reason: string; until: string | null } | null;
}
interface Body {
  data: Shown;
  code?: string;
  error?: string;
  errors?: { field: string; message: string }[];
}
interface ListBody {
  data: Shown[];
  pagination: { total: number; nextCursor: string | null };
}

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({}, { fromNumbers: [...CONFIGURED, RINGING] });
  const carrier = { speed: 1, odds: { answered: 1 }, ringMs: [60_000, 60_000] };
  await fetch(`${app.simulator.url}/control`, { method: 'PUT', body: JSON.stringify(carrier) });
});
afterAll(() => app.close());

async function all(): Promise<Shown[]> {
  return (await app.get<ListBody>('/phone-numbers')).body.data;
}

async function named(phoneNumber: string): Promise<Shown> {
  const found = (await all()).find((each) => each.phoneNumber === phoneNumber);
  if (!found) throw new Error(`${phoneNumber} is not there`);
  return found;
}

async function create(phoneNumber: string, fields: object = {}): Promise<Shown> {
  const made = await app.post<Body>('/phone-numbers', { phoneNumber, ...fields });
  expect(made.status).toBe(201);
  return made.body.data;
}

async function campaign(fields: object, leads = 0): Promise<string> {
  const made = await app.post<Body>('/campaigns', { name: 'Numbers', ...fields });
  expect(made.status).toBe(201);
  for (let n = 0; n < leads; n += 1) {
    const phoneNumber = `+1203555010${n}`;
    expect((await app.post(`/campaigns/${made.body.data.id}/leads`, { phoneNumber })).status).toBe(201);
  }
  return made.body.data.id;
}

describe('phone numbers over HTTP', () => {
  it('should know those of TWILIO_PHONE_NUMBERS from the start', async () => {
    const known = (await all()).filter(({ source }) => source === 'config');
    expect(known.map(({ phoneNumber }) => phoneNumber).toSorted()).toEqual(CONFIGURED);
    expect(known.every(({ isActive }) => isActive)).toBe(true);
  });

  it('should add a number, and tell where it is at home', async () => {
    const made = await app.post<Body>('/phone-numbers', {
      ...{ phoneNumber: '+1 (212) 555-0110', label: 'Sales', cps: 0.5, dailyCap: 200 },
    });
    expect(made.status).toBe(201);
    expect(made.body.data).toMatchObject({
      ...{
        phoneNumber: '+12125550110',
        label: 'Sales',
        source: 'api',
        isActive: true,
        cps: 0.5,
        dailyCap: 200,
      },
      ...{ country: 'US', areaCode: '212', rest: null, callsToday: 0, openCalls: 0 },
    });
    expect(Object.keys(made.body.data)).toHaveLength(14);
    const got = await app.get<Body>(`/phone-numbers/${made.body.data.id}`);
    expect(got.body.data).toEqual(made.body.data);
    expect(await create('+441632960111')).toMatchObject({ country: 'GB', areaCode: null });
  });

  it.each<[string, object, string]>([
    ['a number there is already', { phoneNumber: '+12025550100' }, 'PHONE_NUMBER_EXISTS'],
    ['a number that cannot exist', { phoneNumber: '+1202' }, 'INVALID_PHONE_NUMBER'],
    ['a national number', { phoneNumber: '2025550112' }, 'INVALID_PHONE_NUMBER'],
    ['no number', {}, 'VALIDATION_FAILED'],
    ['a pace of none', { phoneNumber: '+12025550112', cps: 0 }, 'VALIDATION_FAILED'],
    ['a pace as text', { phoneNumber: '+12025550112', cps: '1' }, 'VALIDATION_FAILED'],
    ['a cap of none', { phoneNumber: '+12025550112', dailyCap: 0 }, 'VALIDATION_FAILED'],
    ['half a cap', { phoneNumber: '+12025550112', dailyCap: 1.5 }, 'VALIDATION_FAILED'],
    ['an endless label', { phoneNumber: '+12025550112', label: 'x'.repeat(201) }, 'VALIDATION_FAILED'],
    ['activity of null', { phoneNumber: '+12025550112', isActive: null }, 'VALIDATION_FAILED'],
    ['a source', { phoneNumber: '+12025550112', source: 'config' }, 'VALIDATION_FAILED'],
  ])('should refuse %s', async (_what, body, code) => {
    const answer = await app.post<Body>('/phone-numbers', body);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
  });

  it('should change what is given, and never the number', async () => {
    const { id } = await create('+12025550113', { label: 'Old', dailyCap: 5 });
    const changed = await app.put<Body>(`/phone-numbers/${id}`, { label: null, isActive: false });
    expect(changed.body.data).toMatchObject({ label: null, isActive: false, dailyCap: 5 });
    const number = await app.put<Body>(`/phone-numbers/${id}`, { phoneNumber: '+12025550114' });
    expect([number.status, number.body.code]).toEqual([400, 'VALIDATION_FAILED']);
  });

  it('should list them by pages, all or the active ones', async () => {
    const first = await app.get<ListBody>('/phone-numbers?limit=2');
    expect(first.body.data).toHaveLength(2);
    const cursor = first.body.pagination.nextCursor ?? '';
    const second = await app.get<ListBody>(`/phone-numbers?limit=2&cursor=${encodeURIComponent(cursor)}`);
    const ids = [...first.body.data, ...second.body.data].map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted().toReversed());
    expect(new Set(ids).size).toBe(4);
    const inactive = await app.get<ListBody>('/phone-numbers?isActive=false');
    expect(inactive.body.data.map(({ phoneNumber }) => phoneNumber)).toEqual(['+12025550113']);
    expect(inactive.body.pagination.total).toBe(1);
  });

  it('should delete one that nothing needs, and refuse one of the configuration', async () => {
    const { id } = await create('+12025550115');
    const gone = await app.delete<Body>(`/phone-numbers/${id}`);
    expect([gone.status, gone.body.data]).toEqual([200, { id }]);
    for (const method of [app.get, app.delete]) {
      expect((await method<Body>(`/phone-numbers/${id}`)).body.code).toBe('PHONE_NUMBER_NOT_FOUND');
    }
    const configured = await app.delete<Body>(`/phone-numbers/${(await named(CONFIGURED[0]!)).id}`);
    expect([configured.status, configured.body.code]).toEqual([400, 'PHONE_NUMBER_CONFIGURED']);
  });

  it('should rest and end its rest', async () => {
    const { id } = await create('+12025550116');
    const past = await app.post<Body>(`/phone-numbers/${id}/rest`, { until: '2020-01-01T00:00:00Z' });
    expect([past.status, past.body.errors?.[0]?.field]).toEqual([400, 'until']);
    const rested = await app.post<Body>(`/phone-numbers/${id}/rest`, {});
    expect(rested.body.data.rest).toMatchObject({ reason: 'manual', until: null });
    expect((await app.delete<Body>(`/phone-numbers/${id}/rest`)).body.data.rest).toBeNull();
    const unknown = await app.post<Body>(`/phone-numbers/${UNKNOWN}/rest`, {});
    expect([unknown.status, unknown.body.code]).toEqual([404, 'PHONE_NUMBER_NOT_FOUND']);
  });

  it('should follow TWILIO_PHONE_NUMBERS from start to start', async () => {
    const numbers = app.app.get(PhoneNumbersRepository, { strict: false });
    await numbers.register(['+12025550101', '+12025550115']);
    expect(await named('+12025550100')).toMatchObject({ source: 'former_config', isActive: false });
    expect(await named('+12025550115')).toMatchObject({ source: 'config', isActive: true });
    await numbers.register(CONFIGURED);
    expect(await named('+12025550100')).toMatchObject({ source: 'config', isActive: true });
    expect(await named('+12025550115')).toMatchObject({ source: 'former_config', isActive: false });
  });
});

describe('the numbers a campaign names', () => {
  it('should be shown in E.164, each once; an empty list is none', async () => {
    const { id, phoneNumber } = await create('+12025550120');
    const campaignId = await campaign({
      callerIds: [id, phoneNumber, '001 202 555 0101'],
      localPresence: true,
    });
    const got = await app.get<{ data: object }>(`/campaigns/${campaignId}`);
    expect(got.body.data).toMatchObject({ callerIds: [phoneNumber, '+12025550101'], localPresence: true });
    const emptied = await app.put<{ data: object }>(`/campaigns/${campaignId}`, { callerIds: [] });
    expect(emptied.body.data).toMatchObject({ callerIds: null, localPresence: true });
  });

  it.each([
    ['a number that is not ours', ['+12025550101', '+12025550150'], 'callerIds.1'],
    ['an unknown id', [UNKNOWN], 'callerIds.0'],
    ['words', ['the sales one'], 'callerIds.0'],
    ['a text', '+12025550101', 'callerIds'],
    ['numbers', [12025550101], 'callerIds'],
  ])('should refuse %s', async (_what, callerIds, field) => {
    const answer = await app.post<Body>('/campaigns', { name: 'Wrong', callerIds });
    expect([answer.status, answer.body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(answer.body.errors?.[0]?.field).toBe(field);
  });

  it('should not be deleted while it names them', async () => {
    const { id } = await create('+12025550121');
    const campaignId = await campaign({ name: 'The one', callerIds: [id] });
    const refused = await app.delete<Body>(`/phone-numbers/${id}`);
    expect([refused.status, refused.body.code]).toEqual([400, 'PHONE_NUMBER_IN_USE']);
    expect(refused.body.error).toContain('The one');
    await app.put(`/campaigns/${campaignId}`, { callerIds: null });
    expect((await app.delete(`/phone-numbers/${id}`)).status).toBe(200);
  });

  it('should keep one active while the campaign is', async () => {
    const { id: first } = await named('+12025550100');
    const { id: second } = await named('+12025550101');
    const campaignId = await campaign({ callerIds: [first, second], callDelay: 0 }, 1);
    expect((await app.post(`/campaigns/${campaignId}/start`)).status).toBe(200);
    expect((await app.put(`/phone-numbers/${first}`, { isActive: false })).status).toBe(200);
    const last = await app.put<Body>(`/phone-numbers/${second}`, { isActive: false });
    expect([last.status, last.body.code]).toEqual([400, 'PHONE_NUMBER_IN_USE']);
    expect((await app.put(`/phone-numbers/${first}`, { isActive: true })).status).toBe(200);
    expect((await app.post(`/campaigns/${campaignId}/stop?hangup=true`)).status).toBe(200);
    expect((await app.put(`/phone-numbers/${second}`, { isActive: false })).status).toBe(200);
  });

  it('should not be deleted while a call from them is open', async () => {
    const { id } = await create(RINGING);
    const campaignId = await campaign({ callerIds: [id], callDelay: 0 }, 2);
    expect((await app.post(`/campaigns/${campaignId}/start`)).status).toBe(200);
    await waitFor(async () => (await named(RINGING)).openCalls === 2, { message: 'two open calls' });
    expect(await named(RINGING)).toMatchObject({ callsToday: 2 });
    expect((await app.post(`/campaigns/${campaignId}/pause`)).status).toBe(200);
    expect((await app.put(`/campaigns/${campaignId}`, { callerIds: null })).status).toBe(200);
    const refused = await app.delete<Body>(`/phone-numbers/${id}`);
    expect([refused.status, refused.body.code]).toEqual([400, 'PHONE_NUMBER_HAS_OPEN_CALLS']);
  });
});
