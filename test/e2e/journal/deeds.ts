import type pg from 'pg';
import { SetupService } from '../../../src/auth/index.js';
import { newId } from '../../../src/common/index.js';
import { insertCampaignLead } from '../../factories/campaign.factory.js';
import type { TestApp } from '../../support/app.js';
import { makeAccess, NO_ACCESS, type AccessIds } from '../wrong-input/access.js';
import { leastBody, pathOf, type KnownIds, type Operation } from '../wrong-input/operations.js';

/** A request that succeeds. */
export interface Deed {
  path: string;
  body?: object | FormData;
}

interface Made {
  data: { id: string };
}

/** What an operation needs beside things that are there; absent: its least body does. */
type Setup = (app: TestApp, ids: KnownIds, sql: pg.Pool) => Promise<object | FormData | undefined>;

let numbers = 0;

/** A fictional number that no other thing of this run has. */
export function nextNumber(): string {
  numbers += 1;
  const area = 202 + 10 * Math.floor(numbers / 100);
  return `+1${area}5550${100 + (numbers % 100)}`;
}

function csvForm(): FormData {
  const form = new FormData();
  form.append('file', new Blob([`phoneNumber,name\n${nextNumber()},Ada\n`]), 'leads.csv');
  return form;
}

const started: Setup = async (app, { campaignId }) => {
  const { status } = await app.post(`/campaigns/${campaignId}/start`);
  if (status !== 200) throw new Error(`The campaign did not start: ${status}`);
  return undefined;
};

const paused: Setup = async (app, ids, sql) => {
  await started(app, ids, sql);
  await app.post(`/campaigns/${ids.campaignId}/pause`);
  return undefined;
};

const password = 'correct horse battery';
const nobodyYet = () => ({ email: `${newId()}@example.com`, password, role: 'viewer' });

/** The first owner is made while there is nobody. */
const nobodyThere: Setup = async ({ app }, _ids, sql) => {
  await sql.query('TRUNCATE users CASCADE');
  const token = await app.get(SetupService, { strict: false }).issueToken();
  return { token, email: 'owner@example.com', password };
};

/** Its event was given up. */
const dead: Setup = async (_app, { eventId }, sql) => {
  const sets = `status = 'dead', ended_at = now()`;
  await sql.query(`UPDATE webhook_deliveries SET ${sets} WHERE event_id = $1`, [eventId]);
  return undefined;
};

const SETUPS: Record<string, Setup> = {
  'POST /api/v1/campaigns/{id}/pause': started,
  'POST /api/v1/campaigns/{id}/stop': started,
  'POST /api/v1/campaigns/{id}/resume': paused,
  'PUT /api/v1/campaigns/{id}': async () => ({ name: 'Renamed' }),
  'PUT /api/v1/agents/{id}': async () => ({ name: 'Renamed' }),
  'PUT /api/v1/phone-numbers/{phoneNumberId}': async () => ({ label: 'Renamed' }),
  'PUT /api/v1/campaigns/{campaignId}/leads/{leadId}': async () => ({ name: 'Grace', priority: 3 }),
  'POST /api/v1/campaigns/{campaignId}/leads': async () => ({ phoneNumber: nextNumber(), name: 'Ada' }),
  'POST /api/v1/campaigns/{campaignId}/leads/bulk': async () => ({
    leads: [{ phoneNumber: nextNumber() }, { phoneNumber: nextNumber() }],
  }),
  'POST /api/v1/erasures': async (_app, { leadId }, sql) => {
    // No worker reads the files that other deeds have brought.
    await sql.query(`DELETE FROM lead_imports WHERE status = 'queued'`);
    const { rows } = await sql.query<{ phoneNumber: string }>(
      'SELECT phone_number AS "phoneNumber" FROM leads WHERE id = $1',
      [leadId],
    );
    return rows[0];
  },
  'POST /api/v1/suppressions': async () => ({ phoneNumber: nextNumber() }),
  'POST /api/v1/suppressions/bulk': async () => ({ phoneNumbers: [nextNumber(), nextNumber()] }),
  'POST /api/v1/phone-numbers': async () => ({ phoneNumber: nextNumber() }),
  'DELETE /api/v1/phone-numbers/{phoneNumberId}/rest': async (app, { phoneNumberId }) => {
    await app.post(`/phone-numbers/${phoneNumberId}/rest`, {});
    return undefined;
  },
  'PUT /api/v1/webhooks/{id}': async () => ({ description: 'Renamed' }),
  'POST /api/v1/webhooks/{id}/deliveries/{eventId}/redeliver': dead,
  'POST /api/v1/webhooks/{id}/redeliver': async (app, ids, sql) => {
    await dead(app, ids, sql);
    return { since: '2020-01-01T00:00:00Z' };
  },
  'POST /api/v1/auth/setup': nobodyThere,
  'POST /api/v1/auth/login': async (app) => {
    const somebody = nobodyYet();
    await app.post('/auth/users', somebody);
    return { email: somebody.email, password };
  },
  'POST /api/v1/auth/users': async () => nobodyYet(),
  'PUT /api/v1/auth/users/{userId}': async () => ({ name: 'Renamed', password: `${password} staple` }),
  'DELETE /api/v1/campaigns/{id}/agents/{agentId}': async (app, { campaignId, agentId }) => {
    await app.post(`/campaigns/${campaignId}/agents`, { agentId });
    return undefined;
  },
};

/** Makes what the operation is about, all of it new, and the request that does it. */
export async function deedOf(operation: Operation, app: TestApp, sql: pg.Pool): Promise<Deed> {
  const isAccess = operation.path.startsWith('/api/v1/auth/');
  const access = isAccess ? await makeAccess((path, body) => app.post(path, body)) : NO_ACCESS;
  const ids = { ...(await makeIds(app, sql)), ...access };
  const own = await SETUPS[operation.title]?.(app, ids, sql);
  const least = operation.body && leastBody(operation.body, ids);
  const body = own ?? (operation.takesFile ? csvForm() : least);
  return { path: pathOf(operation, ids), ...(body && { body }) };
}

async function makeIds(app: TestApp, sql: pg.Pool): Promise<Omit<KnownIds, keyof AccessIds>> {
  const create = async (path: string, body: object) => (await app.post<Made>(path, body)).body.data.id;
  const campaignId = await create('/campaigns', { name: 'Campaign' });
  const leadId = await insertCampaignLead(sql, campaignId, { phone_number: nextNumber() });
  const hook = { url: 'https://hooks.example.com', eventTypes: ['*'] };
  const webhookId = await create('/webhooks', hook);
  const tested = await app.post<{ data: { eventId: string } }>(`/webhooks/${webhookId}/test`);
  return {
    webhookId,
    eventId: tested.body.data.eventId,
    campaignId,
    leadId,
    agentId: await create('/agents', { name: 'Agent' }),
    suppressionId: await create('/suppressions', { phoneNumber: nextNumber() }),
    phoneNumberId: await create('/phone-numbers', { phoneNumber: nextNumber() }),
    importId: '01930000-0000-7000-8000-000000000000',
    callId: '01930000-0000-7000-8000-000000000000',
  };
}
