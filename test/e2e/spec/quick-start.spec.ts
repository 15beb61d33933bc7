import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spawnApp, type AppProcess } from '../../support/processes.js';
import { waitFor } from '../../support/wait-for.js';
import { fixture, inPlace } from './example.js';
import { bash, hasProgram } from './shell.js';

const NUMBERS = ['+918329823146', '+919529117230'];

interface Campaign {
  id: string;
  status: string;
  completedAt: string | null;
}

interface Ledger {
  placements: { to: string; status: string; outcome: string }[];
  refused: unknown[];
}

describe('the Quick Start of the contract', () => {
  let app: AppProcess;
  // Everything embedded and nothing configured: what `npm start` gives.
  beforeAll(async () => {
    app = await spawnApp({});
  });
  afterAll(() => app.kill());

  async function get<T>(path: string): Promise<T> {
    const answer = await fetch(path.startsWith('/') ? `${app.url}${path}` : path);
    return (await answer.json()) as T;
  }

  it.runIf(hasProgram('jq'))('should call both leads once, typed as it stands', async () => {
    const printed = await bash(inPlace(fixture('spec-examples.quick-start.sh'), app.port));
    expect(printed).toMatch(/"created":2,"total":2/);
    expect(printed).toContain('"message":"Campaign started successfully"');
    expect(printed).toContain('"realtime":{"total":2');

    const campaign = await waitFor(
      async () => {
        const [only] = (await get<{ data: Campaign[] }>('/api/v1/campaigns')).data;
        return only?.status === 'completed' ? only : undefined;
      },
      { timeoutMs: 30_000, message: 'the campaign to complete' },
    );
    expect(campaign.completedAt).toEqual(expect.any(String));
    expect(await get(`/api/v1/campaigns/${campaign.id}/stats`)).toMatchObject({
      success: true,
      data: {
        totalLeads: 2,
        pending: 0,
        calling: 0,
        completed: 2,
        failed: 0,
        totalCalls: 2,
        successfulCalls: 2,
        failedCalls: 0,
        realtime: { total: 2, completed: 2, failed: 0, active: 0, pending: 0 },
      },
    });
  });

  it.runIf(hasProgram('jq'))('should have rung just these two numbers, says the carrier', async () => {
    const url = await waitFor(() => /what rang: (\S+)/.exec(app.output())?.[1], { message: 'the banner' });
    const { placements, refused } = await get<Ledger>(url);
    expect(placements.map(({ to }) => to).sort()).toEqual(NUMBERS);
    expect(placements.map(({ status }) => status)).toEqual(['completed', 'completed']);
    expect(refused).toEqual([]);
  });
});
