import pg from 'pg';
import { expect } from 'vitest';
import { CampaignCountersRepository } from '../../src/campaigns/index.js';
import { leadBody } from '../factories/lead.factory.js';
import { startTestApp, type TestApp } from '../support/app.js';

export interface LeadBody {
  success: boolean;
  message?: string;
  data: Record<string, unknown> & { id: string };
  code?: string;
  details?: string;
  errors?: { field: string; message: string }[];
}

export interface LeadListBody extends Omit<LeadBody, 'data'> {
  data: (Record<string, unknown> & { id: string })[];
  pagination: Record<string, number>;
}

export const UNKNOWN_ID = '01930000-0000-7000-8000-000000000000';

/** What an answered lead consists of. */
export const LEAD_KEYS = [
  ...['id', 'campaignId', 'phoneNumber', 'name', 'status', 'priority', 'metadata', 'attempts'],
  ...['timezone', 'nextAttemptAt', 'blockedReason', 'reason', 'createdAt', 'updatedAt'],
].sort();

const deep = (levels: number): unknown => (levels === 0 ? 1 : { inner: deep(levels - 1) });

/** What no field may hold, in a creation or an update: [field, value]. */
export const WRONG_FIELDS: [string, unknown][] = [
  ['phoneNumber', 919529117230],
  ['phoneNumber', null],
  ['phoneNumber', {}],
  ['name', 7],
  ['name', 'x'.repeat(201)],
  ['priority', '1'],
  ['priority', 1.5],
  ['priority', 2 ** 31],
  ['priority', -1_000_001],
  ['metadata', [1]],
  ['metadata', 7],
  ['metadata', 'no json'],
  ['metadata', '[1]'],
  ['metadata', { big: 'x'.repeat(16_400) }],
  ['metadata', '{"half":"\\ud800"}'],
  ['metadata', '{"nul":"\\u0000"}'],
  ['metadata', JSON.stringify(deep(60))],
  ['metadata', deep(60)],
  ['status', 'completed'],
  ['id', UNKNOWN_ID],
  ['attempts', 0],
];

/** The app with one draft campaign, anew for each test. Nothing dials: what the requests did is what stays. */
export class LeadsWorld {
  campaignId: string;

  private constructor(
    readonly app: TestApp,
    readonly sql: pg.Pool,
  ) {}

  static async start(): Promise<LeadsWorld> {
    const app = await startTestApp({ ROLE: 'api' });
    return new LeadsWorld(app, new pg.Pool({ connectionString: app.database.url, max: 2 }));
  }

  get path(): string {
    return `/campaigns/${this.campaignId}/leads`;
  }

  async newCampaign(): Promise<void> {
    this.campaignId = (await this.app.post<LeadBody>('/campaigns', { name: 'Leads' })).body.data.id;
  }

  /** Adds the lead of the contract, with changes; answers its id. */
  async add(overrides: Record<string, unknown> = {}): Promise<string> {
    return (await this.app.post<LeadBody>(this.path, leadBody(overrides))).body.data.id;
  }

  /** Invariant 9, and what the counters shall be. */
  async expectCounters(expected: Record<string, number>): Promise<void> {
    const counters = this.app.app.get(CampaignCountersRepository);
    const read = (await counters.read([this.campaignId])).get(this.campaignId);
    expect(read).toEqual(await counters.recount(this.campaignId));
    expect(read).toMatchObject(expected);
  }

  async close(): Promise<void> {
    await this.sql.end();
    await this.app.close();
  }
}
