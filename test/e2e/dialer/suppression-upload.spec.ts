import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import { startFleet, type Fleet } from './fleet.js';
import { fictionalNumbers, timesCalled } from './world.js';

const ROWS = 100_000;
const LEADS = 400;

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

describe('a hundred thousand suppressions uploaded while two workers dial', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await startFleet({ workers: 2 });
  });

  afterAll(async () => {
    await fleet.close();
  });

  it('should let none of them ring after the answer, and everybody else once', async () => {
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
    const answeredAt = performance.timeOrigin + performance.now();
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
});
