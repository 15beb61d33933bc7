import { afterAll, expect, it } from 'vitest';
import { startTestApp } from '../../support/app.js';
import { leastBody, operationsOf, pathOf, type KnownIds, type OpenApi } from '../wrong-input/operations.js';
import { makeAccess } from '../wrong-input/access.js';

/** Of every row, and of every account: nobody sets these by a request. */
const NEVER = ['id', 'workspaceId', 'workspace_id', 'createdAt', 'updatedAt', 'role', 'isAdmin', 'ownerId'];

/** Fewer than the fields that a refusal names. */
const AT_ONCE = 50;

interface Created {
  data: { id: string };
}

// The app tells its fields itself, so it must run before the tests are told.
const app = await startTestApp({ ROLE: 'api', WEBHOOKS_ALLOW_PRIVATE: 'true' });
const openApi = (await (await fetch(`${app.url}/api-docs-json`)).json()) as OpenApi;
const operations = operationsOf(openApi).filter(({ body }) => body);
const ids = await makeIds();

afterAll(() => app.close());

async function makeIds(): Promise<KnownIds> {
  const create = async (path: string, body: object) => (await app.post<Created>(path, body)).body.data.id;
  const campaignId = await create('/campaigns', { name: 'Campaign' });
  const nobody = '01930000-0000-7000-8000-000000000000';
  return {
    campaignId,
    agentId: await create('/agents', { name: 'Agent' }),
    leadId: await create(`/campaigns/${campaignId}/leads`, { phoneNumber: '+12025550142' }),
    suppressionId: await create('/suppressions', { phoneNumber: '+12025550143' }),
    phoneNumberId: await create('/phone-numbers', { phoneNumber: '+12025550144' }),
    webhookId: await create('/webhooks', { url: 'https://hooks.example.com', eventTypes: ['*'] }),
    eventId: nobody,
    importId: nobody,
    callId: nobody,
    ...(await makeAccess((path, body) => app.post(path, body))),
  };
}

/** The fields that any answer shows: counters, states, times, ids. */
const SHOWN = new Set([
  ...NEVER,
  ...Object.entries(openApi.components.schemas)
    .filter(([name]) => name.endsWith('Response'))
    .flatMap(([, { properties = {} }]) => Object.keys(properties)),
]);

/** All rows, but for what looking at them changes. */
async function everything(): Promise<unknown> {
  const paths = [
    '/campaigns',
    '/agents',
    '/suppressions',
    '/phone-numbers',
    '/webhooks',
    `/campaigns/${ids.campaignId}/leads`,
  ];
  return Promise.all(paths.map(async (path) => (await app.get(path)).body));
}

it.each(operations)('should take none of the fields that only answers have: $title', async (operation) => {
  const { body, method } = operation;
  const taken = Object.keys(body?.properties ?? {});
  const foreign = [...SHOWN].filter((field) => !taken.includes(field));
  // A login says which of one's users is meant; it moves nobody.
  const never = operation.path.endsWith('/auth/login') ? [] : ['workspaceId'];
  expect(foreign).toEqual(expect.arrayContaining(['id', 'totalCalls', 'createdAt', ...never]));
  const before = await everything();
  for (let from = 0; from < foreign.length; from += AT_ONCE) {
    const some = foreign.slice(from, from + AT_ONCE);
    const answer = await fetch(`${app.url}${pathOf(operation, ids)}`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        ...leastBody(body!, ids),
        ...Object.fromEntries(some.map((field) => [field, 1])),
      }),
    });
    const { code, errors } = (await answer.json()) as {
      code: string;
      errors: { field: string; message: string }[];
    };
    expect([answer.status, code]).toEqual([400, 'VALIDATION_FAILED']);
    const refused = some.map((field) => ({ field, message: `${field} is not a known field` }));
    expect(errors).toHaveLength(refused.length);
    expect(errors).toEqual(expect.arrayContaining(refused));
  }
  expect(await everything()).toEqual(before);
});
