import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';

interface Body {
  data: { id: string; retryRules: unknown; maxAttemptsPerNumber: unknown };
  code?: string;
  errors?: { field: string; message: string }[];
}

const RULE = { on: 'busy', attempts: 2, delays: [60_000, 300_000] };
const RULES = [RULE, { on: 'voicemail', attempts: 1, delays: [3_600_000] }];
const CAP = { attempts: 3, days: 7 };
const rules = (change: object): unknown => [{ ...RULE, ...change }];

/** [field, value, the field that is named] */
const WRONG: [string, unknown, string][] = [
  ['retryRules', [], 'retryRules'],
  ['retryRules', {}, 'retryRules'],
  ['retryRules', RULE, 'retryRules'],
  ['retryRules', 'busy', 'retryRules'],
  ['retryRules', 3, 'retryRules'],
  ['retryRules', [null], 'retryRules'],
  ['retryRules', ['busy'], 'retryRules'],
  ['retryRules', [RULE, RULE], 'retryRules'],
  ['retryRules', [[RULE]], 'retryRules'],
  ['retryRules', Array.from({ length: 6 }, () => RULE), 'retryRules'],
  ['retryRules', rules({ on: 'answered' }), 'retryRules.0.on'],
  ['retryRules', rules({ on: 'no-answer' }), 'retryRules.0.on'],
  ['retryRules', rules({ on: ['busy'] }), 'retryRules.0.on'],
  ['retryRules', rules({ on: undefined }), 'retryRules.0.on'],
  ['retryRules', [RULES[1], { ...RULE, attempts: 0 }], 'retryRules.1.attempts'],
  ['retryRules', rules({ attempts: 101 }), 'retryRules.0.attempts'],
  ['retryRules', rules({ attempts: 2.5 }), 'retryRules.0.attempts'],
  ['retryRules', rules({ attempts: '2' }), 'retryRules.0.attempts'],
  ['retryRules', rules({ attempts: null }), 'retryRules.0.attempts'],
  ['retryRules', rules({ delays: [] }), 'retryRules.0.delays'],
  ['retryRules', rules({ delays: 60_000 }), 'retryRules.0.delays'],
  ['retryRules', rules({ delays: undefined }), 'retryRules.0.delays'],
  ['retryRules', rules({ delays: [-1] }), 'retryRules.0.delays'],
  ['retryRules', rules({ delays: [1.5] }), 'retryRules.0.delays'],
  ['retryRules', rules({ delays: ['60000'] }), 'retryRules.0.delays'],
  ['retryRules', rules({ delays: [null] }), 'retryRules.0.delays'],
  ['retryRules', rules({ delays: [2_592_000_001] }), 'retryRules.0.delays'],
  ['retryRules', rules({ delays: [1, 2, 3] }), 'retryRules.0.delays'],
  ['retryRules', rules({ surprise: 1 }), 'retryRules.0.surprise'],
  ['maxAttemptsPerNumber', 3, 'maxAttemptsPerNumber'],
  ['maxAttemptsPerNumber', '3', 'maxAttemptsPerNumber'],
  ['maxAttemptsPerNumber', [], 'maxAttemptsPerNumber'],
  ['maxAttemptsPerNumber', [CAP], 'maxAttemptsPerNumber'],
  ['maxAttemptsPerNumber', { attempts: 3 }, 'maxAttemptsPerNumber.days'],
  ['maxAttemptsPerNumber', { days: 7 }, 'maxAttemptsPerNumber.attempts'],
  ['maxAttemptsPerNumber', { ...CAP, attempts: 0 }, 'maxAttemptsPerNumber.attempts'],
  ['maxAttemptsPerNumber', { ...CAP, attempts: 101 }, 'maxAttemptsPerNumber.attempts'],
  ['maxAttemptsPerNumber', { ...CAP, attempts: '3' }, 'maxAttemptsPerNumber.attempts'],
  ['maxAttemptsPerNumber', { ...CAP, days: 0 }, 'maxAttemptsPerNumber.days'],
  ['maxAttemptsPerNumber', { ...CAP, days: 366 }, 'maxAttemptsPerNumber.days'],
  ['maxAttemptsPerNumber', { ...CAP, days: 0.5 }, 'maxAttemptsPerNumber.days'],
  ['maxAttemptsPerNumber', { ...CAP, days: null }, 'maxAttemptsPerNumber.days'],
  ['maxAttemptsPerNumber', { ...CAP, surprise: 1 }, 'maxAttemptsPerNumber.surprise'],
];

describe('retry rules and the cap per number, over HTTP', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ ROLE: 'api' });
  });
  afterAll(() => app.close());

  it('should be kept as they were given, and taken off by null', async () => {
    const made = await app.post<Body>('/campaigns', {
      name: 'Rules',
      retryRules: RULES,
      maxAttemptsPerNumber: CAP,
    });
    expect(made.status).toBe(201);
    const path = `/campaigns/${made.body.data.id}`;
    const set = { retryRules: RULES, maxAttemptsPerNumber: CAP };
    expect(made.body.data).toMatchObject(set);
    expect((await app.put<Body>(path, { callDelay: 0 })).body.data).toMatchObject(set);
    expect((await app.get<Body>(path)).body.data).toMatchObject(set);
    const other = { retryRules: [RULE], maxAttemptsPerNumber: { attempts: 1, days: 1 } };
    expect((await app.put<Body>(path, other)).body.data).toMatchObject(other);
    const none = { retryRules: null, maxAttemptsPerNumber: null };
    expect((await app.put<Body>(path, none)).body.data).toMatchObject(none);
    expect((await app.get<Body>(path)).body.data).toMatchObject(none);
  });

  it.each(WRONG)('should be refused where %s is %j, naming %s', async (field, value, named) => {
    const made = await app.post<Body>('/campaigns', { name: 'Right', retryRules: RULES });
    const path = `/campaigns/${made.body.data.id}`;
    const answers = [
      await app.post<Body>('/campaigns', { name: 'x', [field]: value }),
      await app.put<Body>(path, { [field]: value }),
    ];
    for (const { status, body } of answers) {
      expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
      expect(body.errors?.map((error) => error.field)).toEqual([named]);
    }
    const kept = await app.get<Body>(path);
    expect(kept.body.data).toMatchObject({ retryRules: RULES, maxAttemptsPerNumber: null });
  });
});
