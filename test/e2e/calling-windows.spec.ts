import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { campaignBody } from '../factories/campaign.factory.js';
import { startTestApp, type TestApp } from '../support/app.js';

interface Body {
  data: Record<string, unknown>;
  code?: string;
  errors?: { field: string; message: string }[];
}

const HOURS = [{ days: ['mon', 'fri'], start: '22:00', end: '06:00' }];
const WINDOW = {
  timezone: 'lead',
  hours: HOURS,
  breaks: [{ days: ['mon'], start: '23:00', end: '23:30' }],
  holidays: { country: 'US', region: 'CA' },
  exceptDates: ['2026-12-24'],
};

describe('calling windows over HTTP', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ ROLE: 'api' });
  });
  afterAll(() => app.close());

  const create = (fields: object) => app.post<Body>('/campaigns', campaignBody({ ...fields }));

  it('should keep a window and a pack as they were sent, and change and clear them', async () => {
    const made = await create({ callingWindow: WINDOW, rulePack: 'uk' });
    expect(made.status).toBe(201);
    expect(made.body.data).toMatchObject({ callingWindow: WINDOW, rulePack: 'uk', wakesAt: null });
    const path = `/campaigns/${String(made.body.data.id)}`;
    const other = { timezone: 'Asia/Kolkata', hours: HOURS };
    const changed = await app.put<Body>(path, { callingWindow: other });
    expect(changed.body.data).toMatchObject({ callingWindow: other, rulePack: 'uk' });
    const cleared = await app.put<Body>(path, { callingWindow: null, rulePack: 'none' });
    expect(cleared.body.data).toMatchObject({ callingWindow: null, rulePack: 'none' });
  });

  it.each<[string, unknown, RegExp]>([
    ['rulePack', null, /rulePack/],
    ['rulePack', 'US-TCPA', /rulePack/],
    ['callingWindow', [], /must be an object/],
    ['callingWindow', 'always', /must be an object/],
    ['callingWindow', { timezone: 'lead', hours: [] }, /hours must not be empty/],
    ['callingWindow', { timezone: 'EST', hours: HOURS }, /timezone must be/],
    ['callingWindow', { ...WINDOW, holidays: { country: 'ZZ' } }, /not known/],
    ['callingWindow', { ...WINDOW, hours: [...HOURS, ...HOURS] }, /overlap/],
    ['callingWindow', { ...WINDOW, breaks: [{ start: '20:00', end: '08:00' }] }, /never open/],
    ['callingWindow', { ...WINDOW, hours: [[]] }, /hours.0 must be an object/],
  ])('should refuse %s %j', async (field, value, words) => {
    const { id } = (await create({})).body.data;
    for (const answer of [
      await create({ [field]: value }),
      await app.put<Body>(`/campaigns/${String(id)}`, { [field]: value }),
    ]) {
      expect(answer.status).toBe(400);
      expect(answer.body.code).toBe('VALIDATION_FAILED');
      expect(answer.body.errors).toEqual([{ field, message: expect.stringMatching(words) as string }]);
    }
  });
});
