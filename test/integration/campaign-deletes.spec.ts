import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentsService } from '../../src/agents/index.js';
import {
  CampaignLifecycleService,
  CampaignsRepository,
  CampaignRecount,
  CampaignRemoval,
} from '../../src/campaigns/index.js';
import { Database } from '../../src/database/index.js';
import { waitFor } from '../support/wait-for.js';
import { insertAgent } from '../factories/agent.factory.js';
import {
  assignAgent,
  insertCampaign,
  insertCampaignCall,
  insertCampaignLead,
} from '../factories/campaign.factory.js';
import {
  codeOf,
  inTransaction,
  startCampaignWorld,
  untilLocked,
  type CampaignWorld,
} from './campaign-world.js';

describe('deletes against what runs at the same time', () => {
  let world: CampaignWorld;
  let agents: AgentsService;
  let campaigns: CampaignRemoval;
  let lifecycle: CampaignLifecycleService;

  beforeAll(async () => {
    world = await startCampaignWorld();
    agents = world.rooms.get(AgentsService, { strict: false });
    campaigns = world.rooms.get(CampaignRemoval, { strict: false });
    lifecycle = world.rooms.get(CampaignLifecycleService);
  });
  afterAll(() => world.close());

  async function campaignWithLead(status = 'draft'): Promise<string> {
    const id = await insertCampaign(world.sql, { status });
    await insertCampaignLead(world.sql, id);
    return id;
  }

  async function count(table: string, campaignId: string): Promise<number> {
    const column = table === 'campaigns' ? 'id' : 'campaign_id';
    const { rowCount } = await world.sql.query(`SELECT 1 FROM ${table} WHERE ${column} = $1`, [campaignId]);
    return rowCount ?? 0;
  }

  async function eventsOf(callId: string): Promise<number> {
    const { rowCount } = await world.sql.query('SELECT 1 FROM call_events WHERE call_id = $1', [callId]);
    return rowCount ?? 0;
  }

  it('should keep an agent of an active campaign', async () => {
    const [id, agentId] = [await campaignWithLead(), await insertAgent(world.sql)];
    await assignAgent(world.sql, id, agentId);
    await lifecycle.start(id);
    expect(await codeOf(agents.delete(agentId))).toBe('AGENT_IN_USE');
    expect(await count('campaign_agents', id)).toBe(1);
  });

  it('should see a start that has not committed when the delete of its agent began', async () => {
    const [id, agentId] = [await campaignWithLead(), await insertAgent(world.sql)];
    await assignAgent(world.sql, id, agentId);
    await inTransaction(world.sql, async (starter, commit) => {
      await starter.query(`UPDATE campaigns SET status = 'active' WHERE id = $1`, [id]);
      await starter.query('SELECT 1 FROM agents WHERE id = $1 FOR KEY SHARE', [agentId]);
      const deleted = codeOf(agents.delete(agentId));
      await untilLocked(world.sql);
      await commit();
      expect(await deleted).toBe('AGENT_IN_USE');
    });
  });

  it.each(['start', 'resume'] as const)('should make a %s wait for the delete of its agent', async (move) => {
    const id = await campaignWithLead(move === 'start' ? 'draft' : 'paused');
    const agentId = await insertAgent(world.sql);
    await assignAgent(world.sql, id, agentId);
    await inTransaction(world.sql, async (deleter, commit) => {
      await deleter.query('DELETE FROM agents WHERE id = $1', [agentId]);
      const started = codeOf(lifecycle[move](id));
      await untilLocked(world.sql);
      expect((await world.sql.query('SELECT status FROM campaigns WHERE id = $1', [id])).rows).not.toEqual([
        { status: 'active' },
      ]);
      await commit();
      expect(await started).toBe('ok');
    });
    expect(await count('campaign_agents', id)).toBe(0);
  });

  it('should delete an agent of resting campaigns with its assignments, and keep one with open calls', async () => {
    const [id, agentId] = [await campaignWithLead('stopped'), await insertAgent(world.sql)];
    await assignAgent(world.sql, id, agentId, true);
    const callId = await insertCampaignCall(world.sql, id, { agent_id: agentId });
    expect(await codeOf(agents.delete(agentId))).toBe('AGENT_HAS_OPEN_CALLS');
    await world.sql.query(`UPDATE calls SET status = 'completed', ended_at = now() WHERE id = $1`, [callId]);
    expect(await codeOf(agents.delete(agentId))).toBe('ok');
    expect(await count('campaign_agents', id)).toBe(0);
    expect(await count('calls', id)).toBe(1);
  });

  it('should wait with a campaign for the delete of its agent, and not each for the other', async () => {
    const [id, agentId] = [await campaignWithLead('stopped'), await insertAgent(world.sql)];
    await assignAgent(world.sql, id, agentId, true);
    const ended = { agent_id: agentId, status: 'completed', ended_at: new Date() };
    const callId = await insertCampaignCall(world.sql, id, ended);
    await inTransaction(world.sql, async (deleter, commit) => {
      // What Postgres does for a deleted agent, in its order.
      await deleter.query('SELECT 1 FROM agents WHERE id = $1 FOR UPDATE', [agentId]);
      await deleter.query('DELETE FROM campaign_agents WHERE agent_id = $1', [agentId]);
      const deleted = codeOf(campaigns.delete(id));
      await untilLocked(world.sql);
      await deleter.query('UPDATE calls SET agent_id = NULL WHERE id = $1', [callId]);
      await commit();
      expect(await deleted).toBe('ok');
    });
    expect([await count('campaigns', id), await count('calls', id)]).toEqual([0, 0]);
  });

  it('should keep a campaign that is started while its delete waits', async () => {
    const id = await campaignWithLead();
    await inTransaction(world.sql, async (starter, commit) => {
      await starter.query(`UPDATE campaigns SET status = 'active' WHERE id = $1`, [id]);
      const deleted = codeOf(campaigns.delete(id));
      await untilLocked(world.sql);
      await commit();
      expect(await deleted).toBe('CAMPAIGN_ACTIVE');
    });
    expect(await count('campaigns', id)).toBe(1);
  });

  it('should either start or delete when both come at once', async () => {
    for (let round = 0; round < 20; round += 1) {
      const id = await campaignWithLead();
      const [started, deleted] = await Promise.all([
        codeOf(lifecycle.start(id)),
        codeOf(campaigns.delete(id)),
      ]);
      const outcome = `${started} ${deleted}`;
      expect(['ok CAMPAIGN_ACTIVE', 'CAMPAIGN_NOT_FOUND ok']).toContain(outcome);
      expect(await count('campaigns', id)).toBe(started === 'ok' ? 1 : 0);
    }
  });

  it('should delete everything of a campaign, and nothing while a call is open', async () => {
    const id = await campaignWithLead('stopped');
    await assignAgent(world.sql, id, await insertAgent(world.sql));
    const callId = await insertCampaignCall(world.sql, id);
    await world.sql.query('INSERT INTO campaign_counters (campaign_id, shard) VALUES ($1, 0)', [id]);
    await world.sql.query(`INSERT INTO call_events (call_id, type) VALUES ($1, 'queued')`, [callId]);
    expect(await codeOf(campaigns.delete(id))).toBe('CAMPAIGN_HAS_OPEN_CALLS');
    await world.sql.query(`UPDATE calls SET status = 'busy', ended_at = now() WHERE id = $1`, [callId]);
    expect(await codeOf(campaigns.delete(id))).toBe('ok');
    for (const table of ['campaigns', 'leads', 'calls', 'campaign_agents', 'campaign_counters']) {
      expect(await count(table, id), table).toBe(0);
    }
    expect(await eventsOf(callId)).toBe(0);
  });

  it('should take along an event that is told of a call meanwhile', async () => {
    const id = await campaignWithLead('stopped');
    const callId = await insertCampaignCall(world.sql, id);
    await world.sql.query(`UPDATE calls SET status = 'busy', ended_at = now() WHERE id = $1`, [callId]);
    await inTransaction(world.sql, async (other, commit) => {
      await other.query(
        `WITH held AS (SELECT id FROM calls WHERE id = $1 FOR NO KEY UPDATE)
         INSERT INTO call_events (call_id, type) SELECT id, 'carrier.callback' FROM held`,
        [callId],
      );
      const deleted = codeOf(campaigns.delete(id));
      await untilLocked(world.sql);
      await commit();
      expect(await deleted).toBe('ok');
    });
    expect(await eventsOf(callId)).toBe(0);
  });

  it('should not deadlock with a lead being deleted, which locks the lead first and the counters last', async () => {
    const id = await campaignWithLead('stopped');
    await inTransaction(world.sql, async (other, commit) => {
      await other.query('DELETE FROM leads WHERE campaign_id = $1', [id]);
      const deleted = codeOf(campaigns.delete(id));
      await untilLocked(world.sql);
      await other.query('INSERT INTO campaign_counters (campaign_id, shard, pending) VALUES ($1, 0, -1)', [
        id,
      ]);
      await commit();
      expect(await deleted).toBe('ok');
    });
  });

  it('should neither complete nor delete a campaign while leads are being added', async () => {
    const [database, rows] = [world.rooms.get(Database), world.rooms.get(CampaignsRepository)];
    const id = await insertCampaign(world.sql, { status: 'active' });
    const paused = await insertCampaign(world.sql, { status: 'paused' });
    let deleted: Promise<string> | undefined;
    await database.transaction(async (tx) => {
      await rows.holdOpen(tx, id);
      await rows.holdOpen(tx, paused);
      expect(await lifecycle.complete(id)).toBe(false);
      deleted = codeOf(campaigns.delete(paused));
      await untilLocked(world.sql);
    });
    expect(await deleted).toBe('ok');
    expect(await lifecycle.complete(id)).toBe(true);
  });

  describe('of more rows than a batch takes', () => {
    const LEADS = 12_000;

    /** Every third lead has an ended call, every second of these a successful one; the counters are right. */
    async function large(): Promise<string> {
      const id = await insertCampaign(world.sql, { status: 'stopped' });
      await world.sql.query(
        `INSERT INTO leads (id, campaign_id, phone_number) SELECT gen_random_uuid(), $1, '+999' || lpad(n::text, 9, '0')
         FROM generate_series(1, ${LEADS}) n`,
        [id],
      );
      await world.sql.query(
        `INSERT INTO calls (id, campaign_id, lead_id, phone_number, from_number, attempt, status, outcome, carrier_sid, duration_ms, ended_at)
         SELECT id, campaign_id, id, phone_number, '+14155550100', 1, 'completed',
           CASE WHEN right(phone_number, 1) IN ('2', '4', '6') THEN 'answered' ELSE 'failed' END, 'CA' || md5(id::text), 1000, now()
         FROM leads WHERE campaign_id = $1 AND right(phone_number, 1) > '1'`,
        [id],
      );
      await recount.mend();
      return id;
    }

    let recount: CampaignRecount;
    beforeAll(() => {
      recount = world.rooms.get(CampaignRecount, { strict: false });
    });

    it('should delete all of it', async () => {
      const id = await large();
      expect(await codeOf(campaigns.delete(id))).toBe('ok');
      for (const table of ['campaigns', 'leads', 'calls', 'campaign_counters']) {
        expect([table, await count(table, id)]).toEqual([table, 0]);
      }
    });

    it('should keep what is left of one that was started meanwhile, with its counters', async () => {
      const id = await large();
      const before = await count('calls', id);
      const deleted = codeOf(campaigns.delete(id));
      await waitFor(async () => (await count('calls', id)) < before);
      await world.sql.query(`UPDATE campaigns SET status = 'active' WHERE id = $1`, [id]);
      expect(await deleted).toBe('CAMPAIGN_ACTIVE');
      expect(await count('leads', id)).toBeGreaterThan(0);
      expect((await recount.check()).differences).toEqual([]);
    });
  });
});
