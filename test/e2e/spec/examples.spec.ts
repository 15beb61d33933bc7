import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app.js';
import { scratchFolder } from '../../support/processes.js';
import { EXAMPLES, fixture, inPlace, type Example, type Ids } from './example.js';
import { differences } from './shape.js';
import { runCurl } from './shell.js';
import { World } from './world.js';

/** The document's file, and a row that it would refuse with the words of its answer. */
const LEADS_CSV = `${fixture('spec-examples.leads.csv')},Nobody,1,\n`;

let app: TestApp;
let world: World;
let folder: string;

beforeAll(async () => {
  app = await startTestApp();
  world = new World(app);
  folder = await scratchFolder();
  await writeFile(join(folder, 'leads.csv'), LEADS_CSV);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await app.close();
});

type Data = Record<string, unknown>;
type Effect = (ids: Partial<Ids>, data: Data) => unknown;

async function campaignOf({ campaign }: Partial<Ids>): Promise<unknown> {
  return (await app.get<{ data: unknown }>(`/campaigns/${campaign}`)).body.data;
}

async function statusOf(path: string): Promise<number> {
  return (await app.get(path)).status;
}

async function leadsIn({ campaign }: Partial<Ids>, total: number): Promise<void> {
  const { body } = await app.get(`/campaigns/${campaign}/leads`);
  expect(body).toMatchObject({ pagination: { total } });
}

/** What an example must have brought about, beyond the form of its answer. */
const EFFECTS: Record<string, Effect> = {
  'Create Campaign': (_, data) => expect(data).toMatchObject({ name: 'Test Campaign', status: 'draft' }),
  'Get All Campaigns': ({ campaign }, data) =>
    expect(data).toEqual([
      expect.objectContaining({
        id: campaign,
        status: 'active',
        _count: { leads: 2, campaignAgents: 1 },
      }),
    ]),
  'Get Campaign by ID': ({ campaign, lead, agent }, data) =>
    expect(data).toMatchObject({
      id: campaign,
      leads: [{ id: lead }, { phoneNumber: expect.any(String) as string }],
      campaignAgents: [{ agentId: agent, isPrimary: true }],
    }),
  'Update Campaign': async (ids) => expect(await campaignOf(ids)).toMatchObject({ maxConcurrent: 5 }),
  'Delete Campaign': async ({ campaign }) => expect(await statusOf(`/campaigns/${campaign}`)).toBe(404),
  'Start Campaign': async (ids, data) => {
    expect(data).toEqual({ campaignId: ids.campaign, totalLeads: 2, maxConcurrent: 3 });
    expect(await campaignOf(ids)).toMatchObject({
      status: 'active',
      startedAt: expect.any(String) as string,
    });
  },
  'Stop Campaign': async (ids) => expect(await campaignOf(ids)).toMatchObject({ status: 'stopped' }),
  'Pause Campaign': async (ids) => expect(await campaignOf(ids)).toMatchObject({ status: 'paused' }),
  'Resume Campaign': async (ids) => expect(await campaignOf(ids)).toMatchObject({ status: 'active' }),
  'Get Campaign Stats': (_, data) =>
    expect(data).toMatchObject({ totalLeads: 2, pending: 2, realtime: { total: 2, pending: 2 } }),
  'Add Single Lead': async (ids, data) => {
    expect(data).toMatchObject({ phoneNumber: '+919529117230', name: 'John Doe', priority: 1 });
    await leadsIn(ids, 1);
  },
  'Add Leads in Bulk': async (ids, data) => {
    expect(data).toMatchObject({ created: 2, total: 2 });
    await leadsIn(ids, 2);
  },
  'Upload Leads from CSV': async (ids, data) => {
    expect(data).toMatchObject({ uploaded: 2, total: 3, errors: [{ error: 'Phone number is required' }] });
    const { body } = await app.get<{ data: Data[] }>(`/campaigns/${ids.campaign}/leads`);
    expect(body.data.map(({ phoneNumber, metadata }) => [phoneNumber, metadata])).toEqual([
      ['+919529117230', { source: 'website' }],
      ['+918329823146', { source: 'referral' }],
    ]);
  },
  'Get Campaign Leads': (_, data) => expect(data).toHaveLength(2),
  'Get Single Lead': ({ lead }, data) => expect(data).toMatchObject({ id: lead, calls: [] }),
  'Update Lead': (_, data) => expect(data).toMatchObject({ priority: 2 }),
  'Delete Lead': (ids) => leadsIn(ids, 1),
  'Delete All Leads': (ids) => leadsIn(ids, 0),
  'Get All Agents': (_, data) =>
    expect(data).toEqual(expect.arrayContaining([expect.objectContaining({ isActive: true })])),
  'Get Agent by ID': ({ agent }, data) => expect(data).toMatchObject({ id: agent, name: 'Sales Agent' }),
  'Update Agent': (_, data) => expect(data).toMatchObject({ isActive: false }),
  'Delete Agent': async ({ agent }) => expect(await statusOf(`/agents/${agent}`)).toBe(404),
};

function withoutLeftOut({ answer, leftOut }: Example): Data {
  return leftOut ? { ...answer, data: { ...(answer.data as Data), ...leftOut } } : answer;
}

describe('every curl example of the contract, in its order', () => {
  it.each(EXAMPLES)('should answer $title as documented', async (example: Example) => {
    const ids = await world.prepare(example.needs);
    const answer = await runCurl(inPlace(example.curl.join('\n'), app.config.PORT, ids), folder);
    expect(answer).toMatchObject({ status: example.status });
    expect(differences(withoutLeftOut(example), answer.body)).toEqual([]);
    await EFFECTS[example.title]?.(ids, answer.body.data as Data);
  });
});

describe('every request body of the contract', () => {
  const withBody = EXAMPLES.filter(({ requestBody }) => requestBody !== undefined);

  it.each(withBody)('should take the body of $title whole', async (example) => {
    const { route, needs, requestBody, status, answer: documented } = example;
    const ids = await world.prepare(needs);
    const [method = '', path = ''] = route.split(' ');
    const url = path
      .replace(/:campaignId|campaigns\/:id/, (word) => word.replace(/:\w+/, ids.campaign ?? ''))
      .replace(':leadId', ids.lead ?? '');
    const answer = await fetch(`${app.url}${url}`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(requestBody),
    });
    const body = (await answer.json()) as { data: Data };
    expect([answer.status, ...differences(documented, body)]).toEqual([status]);
    // Bulk answers numbers; every other answer shows each field as it was sent, metadata as the same object.
    if (!path.endsWith('/bulk')) expect(body.data).toMatchObject(requestBody!);
  });
});

describe('the errors of the contract', () => {
  it('should say what is wrong in the documented envelope', async () => {
    const documented = { success: false, error: 'Error message', details: 'Detailed error information' };
    const missing = await app.get('/campaigns/cmggzkcrc0000sbanzqb7a2hc');
    const wrong = await app.post('/campaigns', { name: '' });
    expect([missing.status, wrong.status]).toEqual([404, 400]);
    for (const { body } of [missing, wrong]) {
      expect(differences(documented, body)).toEqual([]);
      expect(body.success).toBe(false);
    }
  });
});
