import { afterAll, describe, expect, it } from 'vitest';
import { newId } from '../../../src/common/index.js';
import { DEFAULT_WORKSPACE_ID } from '../../../src/database/index.js';
import { insertCampaignCall } from '../../factories/campaign.factory.js';
import { makeAccess, NO_ACCESS } from '../wrong-input/access.js';
import {
  leastBody,
  operationsOf,
  pathOf,
  type KnownIds,
  type OpenApi,
  type Operation,
} from '../wrong-input/operations.js';
import { create, rowsOf, startTwoWorkspaces, upload } from './world.js';

const NUMBER = '+12025550142';

// The app tells the routes itself, so it must run before the tests are told.
const { app, sql, ours, theirs, theirHeader, close } = await startTwoWorkspaces({
  ROLE: 'api',
  WEBHOOKS_ALLOW_PRIVATE: 'true',
});
const openApi = (await (await fetch(`${app.url}/api-docs-json`)).json()) as OpenApi;
const operations = operationsOf(openApi);
const known = await makeOurs();
const nowhere: KnownIds = {
  ...{ campaignId: newId(), agentId: newId(), leadId: newId(), callId: newId() },
  ...{ importId: newId(), suppressionId: newId(), phoneNumberId: newId() },
  ...{ webhookId: newId(), eventId: newId() },
  ...{ ...NO_ACCESS, userId: newId(), apiKeyId: newId() },
};
const theirCampaign = await create(theirs, '/campaigns', { name: 'Theirs' });

afterAll(close);

/** One of everything. */
async function makeOurs(): Promise<KnownIds> {
  const campaignId = await create(ours, '/campaigns', { name: 'Ours' });
  const agentId = await create(ours, '/agents', { name: 'Our agent' });
  const leadId = await create(ours, `/campaigns/${campaignId}/leads`, {
    phoneNumber: NUMBER,
    name: 'Our lead',
  });
  const suppressionId = await create(ours, '/suppressions', { phoneNumber: '+12025550143', campaignId });
  const phoneNumberId = await create(ours, '/phone-numbers', { phoneNumber: '+12025550144' });
  const { importId } = await upload(app.url, campaignId, 'phoneNumber\n+12025550141\nnone\n', {});
  await ours.post(`/campaigns/${campaignId}/agents`, { agentId });
  const callId = await insertCampaignCall(sql, campaignId, { lead_id: leadId, status: 'completed' });
  const hook = { url: 'https://hooks.example.com', eventTypes: ['webhook.disabled'] };
  const webhookId = await create(ours, '/webhooks', hook);
  const tested = await ours.post<{ data: { eventId: string } }>(`/webhooks/${webhookId}/test`);
  const { eventId } = tested.body.data;
  const access = await makeAccess((path, body) => ours.post(path, body));
  return {
    ...access,
    webhookId,
    eventId,
    campaignId,
    agentId,
    leadId,
    importId,
    suppressionId,
    phoneNumberId,
    callId,
  };
}

/** Asks in the name of the second workspace; the answer with ids left out, which say nothing but what was asked. */
async function askAsThem(operation: Operation, ids: KnownIds, given: Record<string, string> = {}) {
  const { method, body, takesFile } = operation;
  const form = new FormData();
  form.append('file', new Blob(['phoneNumber\n+12025550141\n']), 'leads.csv');
  const json = body && JSON.stringify(leastBody(body, ids));
  const answer = await fetch(app.url + pathOf(operation, ids, given), {
    method,
    headers: {
      ...theirHeader,
      ...(!takesFile && json !== undefined && { 'Content-Type': 'application/json' }),
    },
    body: takesFile ? form : json,
  });
  return { status: answer.status, text: await answer.text() };
}

const ofOne = operations.filter(({ pathNames }) => pathNames.length > 0);
const ofTwo = ofOne.filter(({ pathNames }) => pathNames.length > 1);

describe('what belongs to another workspace', () => {
  it('should be asked for by every route that names something', () => {
    expect(ofOne.length).toBeGreaterThanOrEqual(30);
    expect(ofTwo.length).toBeGreaterThanOrEqual(5);
  });

  it.each(ofOne)(
    'should be answered by $title as what does not exist, and stay as it is',
    async (operation) => {
      const before = await rowsOf(sql, DEFAULT_WORKSPACE_ID);
      const answer = await askAsThem(operation, known);
      expect(answer).toEqual(await askAsThem(operation, nowhere));
      expect(answer.status).toBe(404);
      expect(await rowsOf(sql, DEFAULT_WORKSPACE_ID)).toEqual(before);
    },
  );

  it.each(ofTwo)('should be answered so by $title below what is their own, too', async (operation) => {
    const [parent = ''] = operation.pathNames;
    const before = await rowsOf(sql, DEFAULT_WORKSPACE_ID);
    const answer = await askAsThem(operation, known, { [parent]: theirCampaign });
    expect(answer).toEqual(await askAsThem(operation, nowhere, { [parent]: theirCampaign }));
    expect(answer.status).toBe(404);
    expect(await rowsOf(sql, DEFAULT_WORKSPACE_ID)).toEqual(before);
  });

  it('should be in no list, count or export', async () => {
    const lists = ['/agents', '/suppressions', '/phone-numbers', `/campaigns/${theirCampaign}/leads`];
    for (const path of [...lists, '/suppressions?phoneNumber=%2B1202', '/campaigns?status=active']) {
      const { body } = await theirs.get<{ data: unknown[]; pagination: { total: number } }>(path);
      expect([path, body.data, body.pagination.total]).toEqual([path, [], 0]);
    }
    const { body } = await theirs.get<{ data: { id: string }[]; pagination: { total: number } }>(
      '/campaigns',
    );
    expect([body.data.map(({ id }) => id), body.pagination.total]).toEqual([[theirCampaign], 1]);
    const exported = await fetch(`${app.url}/api/v1/suppressions/export`, { headers: theirHeader });
    expect((await exported.text()).trim().split('\n')).toHaveLength(1);
  });

  it('should not be named in a body either', async () => {
    const asked = async (ids: KnownIds, number: string) => {
      const answers = [
        await theirs.post(`/campaigns/${theirCampaign}/agents`, { agentId: ids.agentId }),
        await theirs.post('/suppressions', { phoneNumber: NUMBER, campaignId: ids.campaignId }),
        await theirs.post('/suppressions/bulk', { phoneNumbers: [NUMBER], campaignId: ids.campaignId }),
        await theirs.get(`/suppressions?campaignId=${ids.campaignId}`),
        await theirs.put(`/campaigns/${theirCampaign}`, { callerIds: [ids.phoneNumberId] }),
        await theirs.put(`/campaigns/${theirCampaign}`, { callerIds: [number] }),
      ];
      return answers.map(({ status, body }) => ({ status, body }));
    };
    const answers = await asked(known, '+12025550144');
    expect(answers).toEqual(await asked(nowhere, '+12025550155'));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 200, 400, 400]);
  });

  it('should leave its numbers free for them', async () => {
    const lead = await theirs.post(`/campaigns/${theirCampaign}/leads`, { phoneNumber: NUMBER });
    const entry = await theirs.post('/suppressions', { phoneNumber: '+12025550143', reason: 'theirs' });
    const from = await theirs.post('/phone-numbers', { phoneNumber: '+12025550144' });
    expect([lead, entry, from].map(({ status }) => status)).toEqual([201, 201, 201]);
    const { rows } = await sql.query<{ count: string }>(
      `SELECT count(*) FROM suppressions WHERE phone_number = '+12025550143'`,
    );
    expect(rows[0]?.count).toBe('2');
  });
});
