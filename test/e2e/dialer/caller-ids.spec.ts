import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app.js';
import { waitFor } from '../../support/wait-for.js';
import { DialerWorld, fictionalNumbers, type Placement } from './world.js';

const WASHINGTON = '+12025550100';
const NEW_YORK = '+12125550100';
const MIAMI = '+13055550100';
const LONDON = '+441632960100';
const NOT_OURS = '+12065550100';
const FAST = { maxConcurrent: 20, callDelay: 0 };
const DAY_MS = 86_400_000;

interface Shown {
  id: string;
  phoneNumber: string;
  rest: { reason: string; note: string | null; until: string | null } | null;
}
interface Waits {
  reason: string | null;
  until: string | null;
  numbers: { phoneNumber: string; reason: string | null }[];
}

let app: TestApp;
let world: DialerWorld;

beforeAll(async () => {
  const settings = { TWILIO_PHONE_NUMBERS: [WASHINGTON, NEW_YORK].join(',') };
  app = await startTestApp(settings, { fromNumbers: [WASHINGTON, NEW_YORK, MIAMI, LONDON] });
  world = new DialerWorld(app.url, app.simulator.url);
  await world.carrier({ ringMs: [0, 0], talkMs: [100, 100], odds: { answered: 1 } });
  await add(LONDON);
});

// Each test is judged by its own calls: the end of a rest, also of none, counts the answers anew.
beforeEach(async () => {
  for (const { id } of await numbers()) {
    expect((await app.delete(`/phone-numbers/${id}/rest`)).status).toBe(200);
  }
});

afterAll(() => app.close());

async function numbers(): Promise<Shown[]> {
  return (await app.get<{ data: Shown[] }>('/phone-numbers')).body.data;
}

async function shown(phoneNumber: string): Promise<Shown> {
  const found = (await numbers()).find((each) => each.phoneNumber === phoneNumber);
  if (!found) throw new Error(`${phoneNumber} is not there`);
  return found;
}

async function add(phoneNumber: string): Promise<string> {
  const made = await app.post<{ data: Shown }>('/phone-numbers', { phoneNumber });
  expect(made.status).toBe(201);
  return made.body.data.id;
}

async function change(phoneNumber: string, fields: object): Promise<void> {
  const { id } = await shown(phoneNumber);
  expect((await app.put(`/phone-numbers/${id}`, fields)).status).toBe(200);
}

async function waits(campaignId: string): Promise<Waits> {
  return (await app.get<{ data: Waits }>(`/campaigns/${campaignId}/caller-ids`)).body.data;
}

/** Dials a campaign to its end. @returns its placements, by the carrier's ledger */
async function dial(settings: object, leads: string[]): Promise<Placement[]> {
  const id = await world.campaign({ ...FAST, ...settings }, leads);
  await world.start(id);
  await world.until(id, 'completed');
  return placedTo(leads);
}

async function placedTo(leads: string[]): Promise<Placement[]> {
  return (await world.ledger()).placements.filter(({ to }) => leads.includes(to));
}

function fromOf(placements: Placement[]): string[] {
  return [...new Set(placements.map(({ from }) => from))].toSorted();
}

describe('the numbers a campaign calls from', () => {
  it('should be every active one, if it names none', async () => {
    const leads = fictionalNumbers(60, 0);
    const placements = await dial({}, leads);
    expect(placements).toHaveLength(60);
    expect(fromOf(placements)).toEqual([WASHINGTON, NEW_YORK, LONDON]);
  });

  it('should be those it names, by id or by number, and no others', async () => {
    const { id } = await shown(LONDON);
    const placements = await dial({ callerIds: [id, '+1 (212) 555-0100'] }, fictionalNumbers(40, 100));
    expect(placements).toHaveLength(40);
    expect(fromOf(placements)).toEqual([NEW_YORK, LONDON]);
  });

  it('should be near the lead, where that is wanted', async () => {
    const wanted: [lead: string, from: string[]][] = [
      ['+12025550142', [WASHINGTON]],
      ['+12125550142', [NEW_YORK]],
      ['+12125550143', [NEW_YORK]],
      ['+13055550142', [WASHINGTON, NEW_YORK]],
      ['+441632960961', [LONDON]],
      ['+441154960123', [LONDON]],
      ['+33639980001', [WASHINGTON, NEW_YORK, LONDON]],
    ];
    const placements = await dial(
      { localPresence: true },
      wanted.map(([lead]) => lead),
    );
    expect(placements).toHaveLength(wanted.length);
    for (const { to, from } of placements) expect(new Map(wanted).get(to)).toContain(from);
  });

  it('should stay the same over the retries of a lead, though the pool grows, while they are active', async () => {
    await world.carrier({ odds: { busy: 1 } });
    const leads = fictionalNumbers(30, 200);
    const retries = { retryFailed: true, retryAttempts: 2, retryDelay: 1500 };
    const id = await world.campaign({ ...FAST, ...retries }, leads);
    await world.start(id);
    await waitFor(async () => (await placedTo(leads)).length >= 30, { message: 'the first attempts' });
    await add(MIAMI);
    await change(LONDON, { isActive: false });
    await world.until(id, 'completed');
    await world.carrier({ odds: { answered: 1 } });
    const placements = await placedTo(leads);
    expect(placements).toHaveLength(90);
    for (const lead of leads) {
      const from = placements.filter(({ to }) => to === lead).map((each) => each.from);
      const [first] = from;
      if (first === LONDON) expect(from.slice(1)).not.toContain(LONDON);
      else expect(new Set(from).size).toBe(1);
    }
    await change(LONDON, { isActive: true });
  });

  it('should give way to another when the carrier refuses one, which then rests; without another the campaign pauses', async () => {
    await add(NOT_OURS);
    const leads = fictionalNumbers(30, 300);
    const placements = await dial({ callerIds: [NOT_OURS, MIAMI] }, leads);
    expect(placements).toHaveLength(30);
    expect(fromOf(placements)).toEqual([MIAMI]);
    const { id, rest } = await shown(NOT_OURS);
    expect(rest).toMatchObject({ reason: 'carrier_refused' });
    expect(rest?.note).toContain('21210');
    expect((await app.delete(`/phone-numbers/${id}/rest`)).status).toBe(200);
    const alone = await world.campaign({ ...FAST, callerIds: [NOT_OURS] }, fictionalNumbers(3, 330));
    await world.start(alone);
    await world.until(alone, 'paused');
    expect(await world.get(alone)).toMatchObject({ pausedReason: { code: 'CARRIER_REFUSED_ACCOUNT' } });
    await change(NOT_OURS, { isActive: false });
  });
});

describe('the pace of a number', () => {
  it('should hold over campaigns that have none, and leave other numbers alone', async () => {
    await change(MIAMI, { cps: 5 });
    const leads = [fictionalNumbers(12, 400), fictionalNumbers(12, 420), fictionalNumbers(30, 440)];
    await Promise.all([
      dial({ callerIds: [MIAMI] }, leads[0]!),
      dial({ callerIds: [MIAMI] }, leads[1]!),
      dial({ callerIds: [WASHINGTON] }, leads[2]!),
    ]);
    await change(MIAMI, { cps: null });
    const paced = (await placedTo(leads.flat())).filter(({ from }) => from === MIAMI);
    const at = paced.map(({ placedAt }) => placedAt).toSorted((a, b) => a - b);
    const most = Math.max(...at.map((start) => at.filter((t) => t >= start && t < start + 1000).length));
    expect(at).toHaveLength(24);
    expect(most).toBeLessThanOrEqual(5 + 1);
    expect(at.at(-1)! - at[0]!).toBeLessThan(9000); // 23 steps of 200 ms: and it does not crawl
    const free = (await placedTo(leads[2]!)).map(({ placedAt }) => placedAt);
    expect(Math.max(...free) - Math.min(...free)).toBeLessThan(3000);
  });
});

describe('a number whose answer rate breaks', () => {
  it('should rest, be seen to, be left out, and come back when its rest is ended', async () => {
    await world.carrier({ odds: { busy: 1 } });
    await dial({ callerIds: [NEW_YORK] }, fictionalNumbers(25, 500));
    await world.carrier({ odds: { answered: 1 } });
    await dial({ callerIds: [MIAMI] }, fictionalNumbers(25, 530));
    const rest = await waitFor(async () => (await shown(NEW_YORK)).rest, { message: 'a rest' });
    expect(rest.reason).toBe('low_answer_rate');
    const lasts = Date.parse(rest.until ?? '') - Date.now();
    expect(lasts).toBeGreaterThan(DAY_MS - 60_000);
    expect(lasts).toBeLessThanOrEqual(DAY_MS);
    expect((await shown(MIAMI)).rest).toBeNull();
    const others = await dial({ callerIds: [NEW_YORK, MIAMI] }, fictionalNumbers(20, 560));
    expect(fromOf(others)).toEqual([MIAMI]);

    const leads = fictionalNumbers(5, 590);
    const waiting = await world.campaign({ ...FAST, callerIds: [NEW_YORK] }, leads);
    await world.start(waiting);
    expect(await waits(waiting)).toEqual({
      ...{ reason: 'caller_ids_resting', until: rest.until },
      numbers: [{ phoneNumber: NEW_YORK, reason: 'caller_ids_resting', until: rest.until }],
    });
    expect(await placedTo(leads)).toEqual([]);
    expect(await world.stats(waiting)).toMatchObject({ pending: 5, calling: 0 });
    const { id } = await shown(NEW_YORK);
    expect((await app.delete(`/phone-numbers/${id}/rest`)).status).toBe(200);
    await world.until(waiting, 'completed');
    expect(fromOf(await placedTo(leads))).toEqual([NEW_YORK]);
    expect((await shown(NEW_YORK)).rest).toBeNull();
  });

  it('should rest by hand until an instant, and no longer', async () => {
    const { id } = await shown(MIAMI);
    const until = new Date(Date.now() + 2500).toISOString();
    const rested = await app.post<{ data: Shown }>(`/phone-numbers/${id}/rest`, { until, note: 'Spam' });
    expect(rested.body.data.rest).toMatchObject({ reason: 'manual', note: 'Spam', until });
    const placements = await dial({ callerIds: [MIAMI] }, fictionalNumbers(3, 600));
    expect(placements).toHaveLength(3);
    for (const { placedAt } of placements) expect(placedAt).toBeGreaterThanOrEqual(Date.parse(until));
  });
});
