import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT_ID, TAKE_ACCOUNT_TURN, accountTurnParameters } from '../../src/dialer/account-turn.js';
import { askForTurn, patienceFor, type TurnQueue } from '../../src/dialer/rules/account-turns.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const STEP_MS = 1000;
/** No delay of a campaign, no pace of a number. */
const REST = { holdMs: 0, stepMs: STEP_MS, numberId: null, numberStepMs: 0 };
const PATIENCE = patienceFor(STEP_MS);
const IDS = ['a', 'b', 'c', 'd'].map((letter) => `01990000-0000-7000-8000-00000000000${letter}`);

interface Answer {
  isDue: boolean;
  waitMs: number;
}

/** Milliseconds from now, far enough from every bound of patience that the test's own slowness changes nothing. */
const anyMoment = fc.constantFrom(-8000, -2000, -25, 5000);

const anyQueue = fc.record({
  virtualTime: fc.integer({ min: 0, max: 20 }),
  flows: fc.dictionary(
    fc.constantFrom(...IDS),
    fc.record({
      start: fc.integer({ min: 0, max: 24 }),
      asksAt: fc.option(anyMoment),
      seenAt: fc.constantFrom(-20_000, -1000, -10),
    }),
  ),
});

describe("the account's turns", () => {
  let database: TestDatabase;
  let sql: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    sql = new pg.Client({ connectionString: database.url });
    await sql.connect();
    await sql.query('INSERT INTO dial_turns (id, next_at) VALUES ($1, now())', [ACCOUNT_ID]);
  });
  afterAll(async () => {
    await sql.end();
    await database.drop();
  });

  async function given(queue: TurnQueue, isDue: boolean): Promise<void> {
    const now = Date.now();
    const flows = Object.entries(queue.flows).map(([id, { start, asksAt, seenAt }]) => [
      id,
      { start, asksAt: asksAt === null ? null : now + asksAt, seenAt: now + seenAt },
    ]);
    await sql.query(
      `UPDATE dial_turns SET next_at = clock_timestamp() + $2::int * interval '1 second', virtual_time = $3, flows = $4
       WHERE id = $1`,
      [ACCOUNT_ID, isDue ? -1 : 30, queue.virtualTime, JSON.stringify(Object.fromEntries(flows))],
    );
  }

  async function stored(): Promise<TurnQueue> {
    const { rows } = await sql.query<TurnQueue>(
      'SELECT virtual_time AS "virtualTime", flows FROM dial_turns WHERE id = $1',
      [ACCOUNT_ID],
    );
    return rows[0]!;
  }

  it('should be given by one statement as the rule gives them', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyQueue,
        fc.constantFrom(...IDS),
        fc.constantFrom(1, 2, 4),
        fc.boolean(),
        async (queue, campaignId, weight, isDue) => {
          await given(queue, isDue);
          const before = await stored();
          const request = { ids: [ACCOUNT_ID], campaignId, weight, ...REST };
          const { rows } = await sql.query<Answer>(TAKE_ACCOUNT_TURN, accountTurnParameters(request));
          const after = await stored();
          const now = after.flows[campaignId]!.seenAt;
          const asksAgainAt = now + rows[0]!.waitMs;
          const rule = askForTurn(before, {
            ...{ campaignId, weight, now, isDue, asksAgainAt },
            patience: PATIENCE,
          });
          expect(rows[0]!.isDue).toBe(rule.granted);
          expect(after).toEqual(rule.queue);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('should be given to one of many who ask at once', async () => {
    await given({ virtualTime: 0, flows: {} }, true);
    const clients = await Promise.all(
      IDS.map(async () => {
        const client = new pg.Client({ connectionString: database.url });
        await client.connect();
        return client;
      }),
    );
    const answers = await Promise.all(
      clients.map((client, i) => {
        const request = { ids: [ACCOUNT_ID], campaignId: IDS[i]!, weight: 1, ...REST };
        return client.query<Answer>(TAKE_ACCOUNT_TURN, accountTurnParameters(request));
      }),
    );
    await Promise.all(clients.map((client) => client.end()));
    expect(answers.filter(({ rows }) => rows[0]!.isDue)).toHaveLength(1);
  });
});
