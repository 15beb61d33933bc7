import { randomBytes } from 'node:crypto';
import { newId } from '../../../src/common/index.js';
import { insertAgent } from '../../factories/agent.factory.js';
import { insertCampaign, insertCampaignCall, insertCampaignLead } from '../../factories/campaign.factory.js';
import { insertRow, type Sql } from '../../factories/sql.js';
import type { KnownIds } from '../wrong-input/operations.js';

let made = 0;

/** One of each thing that a path can name, in a workspace. */
export async function insertThings(sql: Sql, workspaceId: string): Promise<KnownIds> {
  const own = { workspace_id: workspaceId };
  const row = async (table: string, fields: object) => {
    const { id } = await insertRow<{ id: string }>(sql, table, { id: newId(), ...own, ...fields });
    return id;
  };
  made += 1;
  const phone_number = `+1${200 + (made % 700)}55501${String(made % 100).padStart(2, '0')}`;
  const campaignId = await insertCampaign(sql, own);
  const agentId = await insertAgent(sql, own);
  await insertRow(sql, 'campaign_agents', { ...own, campaign_id: campaignId, agent_id: agentId });
  const webhookId = await row('webhook_subscriptions', {
    url: 'https://hooks.example.com',
    event_types: ['webhook.disabled'],
    secret: 'whsec_bm9uZQ==',
  });
  const event = { ...own, id: newId(), type: 'webhook.test', data: {} };
  const { seq, id: eventId } = await insertRow<{ seq: string; id: string }>(sql, 'outbox_events', event);
  const ended = { status: 'dead', ended_at: new Date() };
  const delivery = { ...own, ...ended, subscription_id: webhookId, seq, event_id: eventId };
  await insertRow(sql, 'webhook_deliveries', delivery);
  return {
    campaignId,
    agentId,
    leadId: await insertCampaignLead(sql, campaignId, own),
    callId: await insertCampaignCall(sql, campaignId, { ...own, status: 'completed' }),
    importId: await row('lead_imports', { campaign_id: campaignId, status: 'completed', bytes: 1 }),
    suppressionId: await row('suppressions', { phone_number }),
    phoneNumberId: await row('phone_numbers', { phone_number, source: 'api' }),
    webhookId,
    eventId,
    userId: await row('users', { email: `${newId()}@example.com`, role: 'viewer', password_hash: 'none' }),
    apiKeyId: await row('api_keys', {
      name: 'A key',
      prefix: `ck_live_${randomBytes(6).toString('hex')}`,
      hash: randomBytes(32),
      role: 'viewer',
      created_by: 'the tests',
    }),
    setupToken: 'no-such-token',
    refreshToken: 'no-such-token',
  };
}
