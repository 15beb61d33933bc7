import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WARNING_CODES, type WarningCode } from '../../src/forecast/preflight/warnings.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { fictionalNumbers } from './dialer/world.js';
import { codesOf, leadsOf, PreflightWorld, type Settings } from './preflight-world.js';

const ALL_WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
/** Numbers that could be in Perth and in Sydney, three hours apart; kept for fiction (ACMA). */
const ANYWHERE_IN_AUSTRALIA = '+61491570156';

/** A campaign that is warned of. */
interface Warned {
  id: string;
  message: string | RegExp;
  /** Others that come of the same. */
  also?: WarningCode[];
  /** What the forecast is to assume. */
  wishes?: Settings;
}

const lasting = (start: string, end: string): Settings => ({
  callingWindow: { timezone: 'lead', hours: [{ days: ALL_WEEK, start, end }] },
});

const RESTLESS = { maxConcurrent: 1000, callDelay: 0, retryFailed: true, retryDelay: 0 };

/** A code without a campaign here does not compile. */
const CAMPAIGNS: Record<WarningCode, (world: PreflightWorld) => Promise<Warned>> = {
  NO_LEADS: async (world) => ({ id: await world.campaign(), message: /^No lead is pending/ }),
  NO_CALLER_ID: async (world) => {
    const { body } = await world.app.get<{ data: { id: string; phoneNumber: string }[] }>('/phone-numbers');
    const [number] = body.data;
    const id = await world.campaign({ callerIds: [number?.id] }, leadsOf(1));
    await world.app.put(`/phone-numbers/${number?.id}`, { isActive: false });
    return { id, message: /^No active number matches callerIds/, also: ['NEVER_FINISHES'] };
  },
  OPT_OUT_MISSING: async (world) => ({
    id: await world.campaign({ rulePack: 'us-tcpa' }, leadsOf(3)),
    message: /us-tcpa .* set optOut$/,
  }),
  LEADS_SUPPRESSED: async (world) => {
    const leads = fictionalNumbers(5, 400).map((phoneNumber) => ({ phoneNumber, name: 'Jane' }));
    const id = await world.campaign({}, leads);
    for (const { phoneNumber } of leads.slice(0, 2)) await world.app.post('/suppressions', { phoneNumber });
    return { id, message: '2 leads will never be called: on the do-not-call list' };
  },
  WINDOW_NEVER_OPENS: async (world) => ({
    id: await world.campaign(lasting('09:00', '11:00'), [
      ...leadsOf(3),
      { phoneNumber: ANYWHERE_IN_AUSTRALIA, name: 'Jane' },
    ]),
    message: /^1 lead will never be called: .*callingWindow and rulePack/,
  }),
  UNKNOWN_ZONES: async (world) => ({
    id: await world.campaign(lasting('09:00', '18:00'), [
      ...leadsOf(3),
      { phoneNumber: '+80012345678', name: 'Jane' },
    ]),
    message: /^1 lead will never be called: their numbers are of no known time zone/,
  }),
  VARIABLES_MISSING: async (world) => {
    const [first = '', second = '', third = ''] = fictionalNumbers(3);
    const optOut = { digit: '9', prompt: '{{metadata.brand}} will not call again if you press {{digit}}.' };
    const id = await world.campaign({ optOut }, [
      { phoneNumber: first, name: 'Jane', metadata: { company: { name: 'Acme' }, brand: 'B' } },
      { phoneNumber: second, name: 'John', metadata: { company: { name: ' ' } } },
      { phoneNumber: third, metadata: { company: 'Acme' } },
    ]);
    const greeting =
      'Hello {{name}} of {{metadata.company.name}}, this is {{agent}}. You chose {{plan}}. {{optOut}}';
    await world.agent(id, { name: 'Ada', greeting, maxConcurrentCalls: 2 });
    await world.agent(id, { name: 'Ben', greeting: 'Hello {{name}}.', maxConcurrentCalls: 2 });
    const said = [
      ...['{{name}} (1 lead)', '{{metadata.company.name}} (2 leads)'],
      ...[
        '{{plan}} (3 leads: no field of a lead, perhaps {{metadata.plan}})',
        '{{metadata.brand}} (2 leads)',
      ],
    ];
    return { id, message: `What is said speaks of what leads lack: ${said.join(', ')}` };
  },
  AGENTS_BELOW_MAX_CONCURRENT: async (world) => {
    const id = await world.campaign({ maxConcurrent: 50 }, leadsOf(3));
    await world.agent(id, { name: 'Ada', maxConcurrentCalls: 2 });
    return { id, message: 'The agents take 2 calls at once, maxConcurrent is 50' };
  },
  ENDS_BEFORE_FINISH: async (world) => {
    const endAt = new Date(Date.now() + 60_000).toISOString();
    const id = await world.campaign({ endAt, callDelay: 10_000 }, leadsOf(60));
    return {
      id,
      message: new RegExp(`^endAt \\(${endAt}\\) comes before the end: some 5\\d leads would be left$`),
    };
  },
  PAUSES_ITSELF: async (world) => ({
    id: await world.campaign({ maxCalls: 5 }, leadsOf(20)),
    message: 'It would pause itself (MAX_CALLS_REACHED), with some 15 leads left',
  }),
  NEVER_FINISHES: async (world) => {
    const id = await world.campaign({ maxConcurrent: 1 }, leadsOf(4));
    await world.agent(id, { name: 'Ada', isActive: false });
    return {
      id,
      message: 'It would not come to an end (no_active_agent), with some 4 leads left',
      also: ['AGENTS_BELOW_MAX_CONCURRENT'],
    };
  },
  FORECAST_CUT: async (world) => ({
    // 90,000 calls, of too few leads to play some of them for all.
    id: await world.campaign(
      { ...RESTLESS, retryAttempts: 100 },
      fictionalNumbers(900, 1000).map((phoneNumber) => ({ phoneNumber, name: 'Jane' })),
    ),
    wishes: { odds: { busy: 1 } },
    message: /^The forecast was given up at .*, after \d+ calls: it takes too long$/,
  }),
};

describe('the warnings of a preflight', () => {
  let app: TestApp;
  let world: PreflightWorld;

  beforeAll(async () => {
    app = await startTestApp();
    world = new PreflightWorld(app);
  });
  afterAll(() => app.close());

  it.each(WARNING_CODES)('should tell of %s, and of nothing else', async (code) => {
    const { id, message, also = [], wishes } = await CAMPAIGNS[code](world);
    const result = await world.preflight(id, wishes);
    expect(result.warnings.find((each) => each.code === code)?.message).toMatch(message);
    expect(codesOf(result).toSorted()).toEqual([code, ...also].toSorted());
  });

  it('should be none where nothing is wrong', async () => {
    const id = await world.campaign({ ...lasting('09:00', '18:00') }, leadsOf(5));
    expect((await world.preflight(id)).warnings).toEqual([]);
  });
});
