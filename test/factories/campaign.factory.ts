import { isTerminal, type CallStatus } from '../../src/calls/call.states.js';
import { newId } from '../../src/common/index.js';
import { insertRow, type Sql } from './sql.js';

/** The body of POST /campaigns, as the contract has it. */
export function campaignBody(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: 'Q4 Sales Campaign',
    description: 'End of year sales push',
    maxConcurrent: 3,
    retryFailed: false,
    retryAttempts: 1,
    callDelay: 2000,
    status: 'draft',
    ...overrides,
  };
}

/** A campaign straight into the table, by column names; answers its id. */
export async function insertCampaign(sql: Sql, overrides: Record<string, unknown> = {}): Promise<string> {
  const { id } = await insertRow<{ id: string }>(sql, 'campaigns', {
    id: newId(),
    name: 'Q4 Sales Campaign',
    ...(overrides.status === 'scheduled' && { scheduled_at: new Date(Date.now() + 3_600_000) }),
    ...overrides,
  });
  return id;
}

/** Assigns an agent to a campaign. */
export async function assignAgent(
  sql: Sql,
  campaignId: string,
  agentId: string,
  isPrimary = false,
): Promise<void> {
  await insertRow(sql, 'campaign_agents', {
    campaign_id: campaignId,
    agent_id: agentId,
    is_primary: isPrimary,
  });
}

/** One lead of a campaign, beside the counters; answers its id. The number is fictional (+1 NXX 555 01XX) unless given. */
export async function insertCampaignLead(
  sql: Sql,
  campaignId: string,
  overrides: Record<string, unknown> = {},
): Promise<string> {
  const { id } = await insertRow<{ id: string }>(sql, 'leads', {
    id: newId(),
    campaign_id: campaignId,
    phone_number: fictionalNumber(),
    ...overrides,
  });
  return id;
}

/** One call of a campaign, open unless `status` says otherwise; answers its id. */
export async function insertCampaignCall(
  sql: Sql,
  campaignId: string,
  overrides: Record<string, unknown> = {},
): Promise<string> {
  const { id } = await insertRow<{ id: string }>(sql, 'calls', {
    id: newId(),
    campaign_id: campaignId,
    phone_number: fictionalNumber(),
    from_number: '+14155550100',
    attempt: 1,
    status: 'ringing',
    ...(isTerminal(String(overrides.status) as CallStatus) && { ended_at: new Date() }),
    ...overrides,
  });
  return id;
}

let taken = 0;

/** Area codes 200 to 999 with 555-0100 to 555-0199: 80,000 numbers that ring nobody. */
function fictionalNumber(): string {
  taken += 1;
  const area = 200 + (Math.floor(taken / 100) % 800);
  return `+1${area}55501${String(taken % 100).padStart(2, '0')}`;
}
