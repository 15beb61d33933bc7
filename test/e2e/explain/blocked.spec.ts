import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import { opensLater } from './clock.js';
import { ExplainWorld, FOREVER_MS } from './world.js';

describe('leads by reason', () => {
  let world: ExplainWorld;

  beforeAll(async () => {
    world = await ExplainWorld.start();
  });
  afterAll(() => world.close());

  const blocked = (id: string, query?: string) => world.blocked(id, query);

  it('should count those that wait and those that are through, as the database has them', async () => {
    const busy = await Promise.all([1, 2, 3].map(() => world.number({ outcome: 'busy' })));
    const refused = await Promise.all([1, 2].map(() => world.number({ refuse: 21214 })));
    const suppressed = world.numbers(2);
    for (const number of suppressed) await world.suppress(number);
    const answered = world.numbers(4);
    const retries = { retryFailed: true, retryAttempts: 2, retryDelay: FOREVER_MS };
    const id = await world.started(retries, [...busy, ...refused, ...suppressed, ...answered]);
    await waitFor(async () => (await blocked(id)).leads.pending === 3, { message: 'busy leads alone' });
    await waitFor(async () => (await world.dialer.stats(id)).calling === 0, { message: 'open calls to end' });
    const told = await blocked(id);
    const { rows } = await world.rows.db.query<{
      status: string;
      why: string;
      count: number;
      first: Date | null;
    }>(
      `SELECT status, COALESCE(blocked_reason, reason) AS why, count(*)::int AS count, min(next_attempt_at) AS first
       FROM leads WHERE campaign_id = $1 GROUP BY 1, 2 ORDER BY 3 DESC, 2`,
      [id],
    );
    const groups = [...told.waiting.map((group) => ({ ...group, status: 'pending' })), ...told.ended];
    expect(new Set(groups.map((group) => [group.status, group.reason, group.count].join()))).toEqual(
      new Set(rows.map((row) => [row.status, row.why, row.count].join())),
    );
    const first = rows.find(({ why }) => why === 'retry_wait')?.first;
    expect(told.waiting).toEqual([
      { reason: 'retry_wait', count: 3, isCapped: false, nextAttemptAt: first?.toISOString() },
    ]);
    expect(told).toMatchObject({
      leads: { pending: 3, calling: 0, completed: 4, failed: 4 },
      ready: { count: 0 },
    });
    expect({ ...(await blocked(id, '?exact=true')), judgedAt: null }).toEqual({ ...told, judgedAt: null });
  });

  it('should say that the window of all is closed, and judge those who are next', async () => {
    const numbers = world.numbers(3);
    await world.suppress(numbers[0] ?? '');
    const { callingWindow, opensAt } = opensLater('UTC');
    const id = await world.started({ callingWindow }, numbers);
    const told = await blocked(id);
    expect(told.reasons).toEqual([expect.objectContaining({ code: 'campaign_asleep', until: opensAt })]);
    expect(told.ready).toEqual({ count: 3, isCapped: false });
    expect(told.nextInLine).toEqual({
      judged: 3,
      callable: 0,
      blocked: [
        { reason: 'outside_window', count: 2, nextAttemptAt: opensAt },
        { reason: 'suppressed', count: 1, nextAttemptAt: null },
      ],
    });
    expect(told.waiting).toEqual([]);
    for (const number of numbers) expect(await world.placements(number)).toBe(0);
  });

  it('should say that a draft calls nobody, and whom it would', async () => {
    const id = await world.draft({}, world.numbers(2));
    expect(await blocked(id)).toMatchObject({
      reasons: [{ code: 'campaign_draft', ends: 'by_somebody' }],
      nextInLine: { judged: 2, callable: 2, blocked: [] },
    });
  });

  it.each(['exact=1', 'exact=', 'exact=yes', 'count=all'])('should refuse the query %s', async (query) => {
    const id = await world.draft({}, world.numbers(1));
    const answer = await world.app.get(`/campaigns/${id}/blocked?${query}`);
    expect([answer.status, answer.body.code]).toEqual([400, 'VALIDATION_FAILED']);
  });
});
