import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import { startFleet, type Fleet } from './fleet.js';
import { fictionalNumbers, timesCalled } from './world.js';

const ROWS = 100_000;
const LEADS = 200;

/**
 * Kept for fiction: the geographic ranges of Australia (ACMA, "Phone numbers for use in TV shows, films and creative
 * works") and two of France (ARCEP, decision 2018-0881), ten thousand each.
 */
const FICTIONAL_RANGES = [
  ...['+6125550', '+6127010', '+6135550', '+6137010', '+6175550', '+6177010', '+6185550', '+6187010'],
  ...['+3319900', '+3326191'],
];
const FILLERS = FICTIONAL_RANGES.flatMap((range) =>
  Array.from({ length: 10_000 }, (_, nth) => `${range}${String(nth).padStart(4, '0')}`),
);

/** The clock of the simulator, which runs in this process. */
const now = (): number => performance.timeOrigin + performance.now();

describe('suppressions while two workers dial', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await startFleet({ workers: 2 });
  });

  afterAll(async () => {
    await fleet.close();
  });

  it('should let none of a hundred thousand ring after the upload has answered, and everybody else once', async () => {
    const { world } = fleet;
    const all = fictionalNumbers(LEADS);
    // The last ones to be called among them, so that some of them are still waiting when the answer comes.
    const barred = new Set(all.filter((_, nth) => nth % 2 === 0 || nth > LEADS - 60));
    const id = await world.campaign({ maxConcurrent: 4, callDelay: 0 }, all);
    await world.start(id);
    await waitFor(async () => (await world.placed()) >= 20, { message: '20 placements' });

    const rows = [...barred, ...FILLERS].slice(0, ROWS);
    const form = new FormData();
    form.append('file', new Blob([`phoneNumber\n${rows.join('\n')}\n`]), 'do-not-call.csv');
    const answer = await fetch(`${fleet.api.url}/api/v1/suppressions/upload`, { method: 'POST', body: form });
    const answeredAt = now();
    expect([answer.status, await answer.json()]).toEqual([
      201,
      { success: true, data: { added: ROWS, total: ROWS, known: 0, errors: [] } },
    ]);
    await world.until(id, 'completed', 60_000);

    const ledger = await world.ledger();
    const late = ledger.placements.filter(({ to, placedAt }) => barred.has(to) && placedAt > answeredAt);
    expect(late).toEqual([]);
    const times = timesCalled(ledger);
    expect(all.filter((number) => !barred.has(number) && times.get(number) !== 1)).toEqual([]);
    const spared = [...barred].filter((number) => !times.has(number));
    expect(spared.length).toBeGreaterThan(0);
    const { completed, failed, pending, calling } = await world.stats(id);
    expect({ completed, failed, pending, calling }).toEqual({
      completed: LEADS - spared.length,
      failed: spared.length,
      pending: 0,
      calling: 0,
    });
  });

  it('should let no number ring after its own answer, however close its call was', async () => {
    const { world } = fleet;
    await fetch(`${fleet.simulator.url}/ledger`, { method: 'DELETE' });
    const all = fictionalNumbers(160, LEADS);
    const id = await world.campaign({ maxConcurrent: 8, callDelay: 0 }, all);
    await world.start(id);
    const answeredAt = new Map<string, number>();

    /** Suppresses the number that is dialed just now, or just about to be: leads are called in their order. */
    async function client(ahead: number): Promise<void> {
      while (!(await world.isIn(id, 'completed'))) {
        const { pending } = await world.stats(id);
        const phoneNumber = all[all.length - pending + ahead];
        if (phoneNumber === undefined || answeredAt.has(phoneNumber)) continue;
        const answer = await world.api.post('/suppressions', { phoneNumber });
        if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
        answeredAt.set(phoneNumber, now());
      }
    }

    await Promise.all([-3, -2, -1, 0, 1, 2].map(client));
    const { placements } = await world.ledger();
    const late = placements.filter(({ to, placedAt }) => placedAt > (answeredAt.get(to) ?? Infinity));
    expect(late).toEqual([]);
    const { completed, failed } = await world.stats(id);
    // Told as "initiated" at most when the suppression came, a call may still be canceled in the carrier's own queue.
    const answered = placements.filter(({ status }) => status !== 'canceled').length;
    expect([completed, failed]).toEqual([answered, all.length - answered]);
    expect(failed).toBeGreaterThan(0);
  });
});
