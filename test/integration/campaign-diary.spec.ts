import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CampaignLifecycleService } from '../../src/campaigns/index.js';
import { ScheduleTick } from '../../src/campaigns/schedule/schedule-tick.js';
import { insertCampaign, insertCampaignLead } from '../factories/campaign.factory.js';
import { startCampaignWorld, type CampaignWorld } from './campaign-world.js';

const REASON = { code: 'CARRIER_FAILING', message: 'The carrier failed 20 of 20 calls' } as const;

interface Entry {
  action: string;
  before: object | null;
  after: object | null;
  details: object | null;
}

describe('moves nobody asked for', () => {
  let world: CampaignWorld;
  let lifecycle: CampaignLifecycleService;

  beforeAll(async () => {
    world = await startCampaignWorld();
    lifecycle = world.rooms.get(CampaignLifecycleService);
  });
  afterAll(() => world.close());

  async function told(id: string): Promise<Entry[]> {
    const { rows } = await world.sql.query<Entry>(
      `SELECT action, before, after, details FROM audit_entries
        WHERE entity_id = $1 AND actor_kind = 'system' AND request_id IS NULL ORDER BY id`,
      [id],
    );
    return rows;
  }

  it('should be told with the reason where the dialer pauses a campaign, and only if it did', async () => {
    const id = await insertCampaign(world.sql, { status: 'active' });
    expect(await lifecycle.pauseItself(id, REASON)).toBe(true);
    expect(await lifecycle.pauseItself(id, REASON)).toBe(false);
    expect(await told(id)).toEqual([
      {
        ...{ action: 'campaign.paused', before: { status: 'active' }, after: { status: 'paused' } },
        details: { reason: REASON },
      },
    ]);
  });

  it('should not name who was to be called, as the words of the carrier may', async () => {
    const id = await insertCampaign(world.sql, { status: 'active' });
    await lifecycle.pauseItself(id, { ...REASON, message: 'The number +12025550142 is not valid' });
    const [entry] = await told(id);
    expect(entry?.details).toEqual({
      reason: { ...REASON, message: 'The number +12*******42 is not valid' },
    });
  });

  it('should be told once where a campaign completes', async () => {
    const id = await insertCampaign(world.sql, { status: 'active' });
    await Promise.all([lifecycle.complete(id), lifecycle.complete(id)]);
    expect((await told(id)).map(({ action }) => action)).toEqual(['campaign.completed']);
  });

  it('should be told where a schedule starts a campaign, cannot start it, or ends it', async () => {
    const due = { status: 'scheduled', scheduled_at: new Date(Date.now() - 1000) };
    const starting = await insertCampaign(world.sql, due);
    await insertCampaignLead(world.sql, starting);
    const empty = await insertCampaign(world.sql, due);
    const ending = await insertCampaign(world.sql, { status: 'active', end_at: new Date(Date.now() - 1000) });
    await world.rooms.get(ScheduleTick).mind();
    expect(await told(starting)).toMatchObject([
      { action: 'campaign.started', after: { status: 'active' }, details: { trigger: 'schedule' } },
    ]);
    expect(await told(empty)).toMatchObject([
      { action: 'campaign.not_started', details: { reason: { code: 'NO_PENDING_LEADS' } } },
    ]);
    expect(await told(ending)).toMatchObject([
      { action: 'campaign.stopped', details: { reason: { code: 'END_AT' } } },
    ]);
  });
});
