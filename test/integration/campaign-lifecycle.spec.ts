import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CAMPAIGN_TRANSITIONS,
  CampaignHooks,
  CampaignLifecycleService,
  type CampaignStatus,
} from '../../src/campaigns/index.js';
import { ScheduledStarts } from '../../src/campaigns/schedule/scheduled-starts.service.js';
import { statesOf } from '../../src/common/index.js';
import { insertAgent } from '../factories/agent.factory.js';
import { assignAgent, insertCampaign, insertCampaignLead } from '../factories/campaign.factory.js';
import { codeOf, inTransaction, startCampaignWorld, type CampaignWorld } from './campaign-world.js';

type Operation = 'start' | 'resume' | 'pause' | 'pauseItself' | 'stop' | 'complete';
const REASON = { code: 'CARRIER_REFUSED_ACCOUNT', message: 'The carrier refused the account' } as const;

describe('campaign lifecycle', () => {
  let world: CampaignWorld;
  let lifecycle: CampaignLifecycleService;
  let starts: ScheduledStarts;
  /** What the dialer was told: `started <id>`, `halted <id> <hangup>`. */
  const news: string[] = [];
  let haltFails = false;

  beforeAll(async () => {
    world = await startCampaignWorld();
    lifecycle = world.rooms.get(CampaignLifecycleService);
    starts = world.rooms.get(ScheduledStarts);
    world.rooms.get(CampaignHooks).lifecycle.add({
      started: async (id) => void news.push(`started ${id}`),
      halted: async (id, { hangup }) => {
        if (haltFails) throw new Error('Redis is away');
        news.push(`halted ${id} ${hangup}`);
      },
    });
  });
  afterAll(() => world.close());

  async function rowOf(id: string): Promise<Record<string, unknown>> {
    const { rows } = await world.sql.query('SELECT * FROM campaigns WHERE id = $1', [id]);
    return rows[0];
  }

  async function campaignWithLead(overrides: Record<string, unknown> = {}): Promise<string> {
    const id = await insertCampaign(world.sql, overrides);
    await insertCampaignLead(world.sql, id);
    return id;
  }

  const halt = { hangup: false };
  const operations: Record<Operation, [to: CampaignStatus, run: (id: string) => Promise<boolean>]> = {
    start: ['active', async (id) => (await codeOf(lifecycle.start(id))) === 'ok'],
    resume: ['active', async (id) => (await codeOf(lifecycle.resume(id))) === 'ok'],
    pause: ['paused', async (id) => (await codeOf(lifecycle.pause(id, halt))) === 'ok'],
    pauseItself: ['paused', (id) => lifecycle.pauseItself(id, REASON)],
    stop: ['stopped', async (id) => (await codeOf(lifecycle.stop(id, halt))) === 'ok'],
    complete: ['completed', (id) => lifecycle.complete(id)],
  };

  /** Which operation does what, by the words of DESIGN; resume and start share a target, not their sources. */
  function isAllowed(operation: Operation, from: CampaignStatus, hasPending: boolean): boolean {
    const [to] = operations[operation];
    if (!CAMPAIGN_TRANSITIONS[from].includes(to)) return false;
    if (operation === 'start') return from !== 'paused' && hasPending;
    if (operation === 'resume') return from === 'paused';
    return operation !== 'complete' || !hasPending;
  }

  it('should move along the transition table only, whatever is asked in whatever order', async () => {
    const names = fc.constantFrom(...(Object.keys(operations) as Operation[]));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...statesOf(CAMPAIGN_TRANSITIONS)),
        fc.boolean(),
        fc.array(names, { minLength: 1, maxLength: 12 }),
        async (first, hasPending, sequence) => {
          const id = await insertCampaign(world.sql, { status: first });
          await insertCampaignLead(world.sql, id, { status: hasPending ? 'pending' : 'failed' });
          let status = first;
          for (const operation of sequence) {
            const [to, run] = operations[operation];
            const expected = isAllowed(operation, status, hasPending);
            expect(await run(id), `${operation} from ${status}`).toBe(expected);
            if (expected) status = to;
            expect((await rowOf(id)).status).toBe(status);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('should start once when ten starts come at once', async () => {
    const id = await campaignWithLead();
    const codes = await Promise.all(Array.from({ length: 10 }, () => codeOf(lifecycle.start(id))));
    expect(codes.filter((code) => code === 'ok')).toHaveLength(1);
    expect(codes.filter((code) => code === 'CAMPAIGN_ACTIVE')).toHaveLength(9);
    expect(news.filter((line) => line === `started ${id}`)).toHaveLength(1);
  });

  it('should name why it does not start', async () => {
    const [empty, paused] = [await insertCampaign(world.sql), await campaignWithLead({ status: 'paused' })];
    const idle = await campaignWithLead();
    await assignAgent(world.sql, idle, await insertAgent(world.sql, { is_active: false }));
    expect(await codeOf(lifecycle.start(randomUUID()))).toBe('CAMPAIGN_NOT_FOUND');
    expect(await codeOf(lifecycle.start(empty))).toBe('NO_PENDING_LEADS');
    expect(await codeOf(lifecycle.start(paused))).toBe('CAMPAIGN_PAUSED');
    expect(await codeOf(lifecycle.start(idle))).toBe('NO_ACTIVE_AGENT');
    await assignAgent(world.sql, idle, await insertAgent(world.sql));
    expect(await codeOf(lifecycle.start(idle))).toBe('ok');
  });

  it('should begin a new run with a clean slate', async () => {
    const old = new Date('2025-10-07T20:00:00Z');
    const id = await campaignWithLead({
      status: 'completed',
      started_at: old,
      completed_at: old,
      paused_reason: JSON.stringify(REASON),
    });
    await lifecycle.start(id);
    const row = await rowOf(id);
    expect(row).toMatchObject({ status: 'active', completed_at: null, paused_reason: null });
    expect((row.started_at as Date).getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  it('should tell the dialer of a pause and wait for its answer', async () => {
    const id = await campaignWithLead({ status: 'active' });
    await lifecycle.pause(id, { hangup: true });
    expect(news.at(-1)).toBe(`halted ${id} true`);
  });

  it('should say that the campaign is paused when the dialer could not confirm it', async () => {
    const id = await campaignWithLead({ status: 'active' });
    haltFails = true;
    const refusal = lifecycle.pause(id, halt).finally(() => (haltFails = false));
    await expect(refusal).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'HALT_UNCONFIRMED',
      message: expect.stringContaining('is paused') as string,
    });
    expect((await rowOf(id)).status).toBe('paused');
  });

  it('should pause itself once, with the reason, and without waiting for the dialer', async () => {
    const id = await campaignWithLead({ status: 'active' });
    const moved = await Promise.all([1, 2, 3].map(() => lifecycle.pauseItself(id, REASON)));
    expect(moved.filter(Boolean)).toHaveLength(1);
    expect(await rowOf(id)).toMatchObject({ status: 'paused', paused_reason: REASON });
    expect(news.filter((line) => line.includes(id))).toEqual([]);
    await lifecycle.resume(id);
    expect(await rowOf(id)).toMatchObject({ status: 'active', paused_reason: null });
  });

  it('should start each due campaign exactly once over two processes, and no other', async () => {
    const other = (await world.join()).get(ScheduledStarts);
    const past = new Date(Date.now() - 1000);
    const due: string[] = [];
    for (let i = 0; i < 12; i += 1) {
      due.push(await campaignWithLead({ status: 'scheduled', scheduled_at: past }));
    }
    const later = await campaignWithLead({ status: 'scheduled' });
    const lists = await Promise.all([starts, other, starts, other].map((one) => one.startDue()));
    expect(lists.flat().sort()).toEqual(due.sort());
    expect((await rowOf(later)).status).toBe('scheduled');
    expect(await rowOf(due[0]!)).toMatchObject({ status: 'active', scheduled_at: past });
  });

  it('should make a due campaign that cannot start a draft again and say why', async () => {
    const past = { status: 'scheduled', scheduled_at: new Date(Date.now() - 1000) };
    const empty = await insertCampaign(world.sql, past);
    const idle = await campaignWithLead(past);
    await assignAgent(world.sql, idle, await insertAgent(world.sql, { is_active: false }));
    expect(await starts.startDue()).toEqual([]);
    for (const [id, code] of [
      [empty, 'NO_PENDING_LEADS'],
      [idle, 'NO_ACTIVE_AGENT'],
    ] as const) {
      const row = await rowOf(id);
      expect(row).toMatchObject({ status: 'draft', scheduled_at: null, paused_reason: { code } });
    }
  });

  it('should start a due campaign while leads are being added to it', async () => {
    const id = await campaignWithLead({ status: 'scheduled', scheduled_at: new Date(Date.now() - 1000) });
    await inTransaction(world.sql, async (importer) => {
      await insertCampaignLead(importer, id);
      expect(await starts.startDue()).toEqual([id]);
    });
  });
});
