import { expect } from 'vitest';
import { newId } from '../../src/common/index.js';
import { Database } from '../../src/database/index.js';
import type { PreflightResponse } from '../../src/forecast/preflight/dto/preflight.response.js';
import type { TestApp } from '../support/app.js';
import { fictionalNumbers } from './dialer/world.js';

export type Settings = Record<string, unknown>;

export const leadsOf = (count: number, more: Settings = {}): Settings[] =>
  fictionalNumbers(count).map((phoneNumber) => ({ phoneNumber, name: 'Jane', ...more }));

export const codesOf = ({ warnings }: PreflightResponse): string[] => warnings.map(({ code }) => code);

/** What the tests of the preflight do over HTTP, and with many leads by SQL. */
export class PreflightWorld {
  readonly database: Database;

  constructor(readonly app: TestApp) {
    this.database = app.app.get(Database, { strict: false });
  }

  /** A draft. @returns its id */
  async campaign(settings: Settings = {}, leads: Settings[] = []): Promise<string> {
    const made = await this.app.post<{ data: { id: string } }>('/campaigns', {
      name: 'Preflight',
      ...settings,
    });
    expect([made.status, made.body]).toEqual([201, expect.anything()]);
    const { id } = made.body.data;
    if (leads.length > 0)
      expect((await this.app.post(`/campaigns/${id}/leads/bulk`, { leads })).status).toBe(201);
    return id;
  }

  async agent(campaignId: string, fields: Settings): Promise<void> {
    const { body } = await this.app.post<{ data: { id: string } }>('/agents', fields);
    const added = await this.app.post(`/campaigns/${campaignId}/agents`, { agentId: body.data.id });
    expect(added.status).toBe(201);
  }

  /** Pending leads in this order, with a name and a number. */
  async storeLeads(campaignId: string, numbers: string[]): Promise<void> {
    await this.database.query(
      `INSERT INTO leads (id, campaign_id, phone_number, name) SELECT id, $1, number, 'Jane' FROM unnest($2::uuid[], $3::text[]) AS l (id, number)`,
      [campaignId, numbers.map(() => newId()), numbers],
    );
    await this.database.query(
      `INSERT INTO campaign_counters (campaign_id, shard, pending) VALUES ($1, 0, $2)`,
      [campaignId, numbers.length],
    );
  }

  /** For this campaign alone. */
  async suppress(campaignId: string, numbers: string[]): Promise<void> {
    await this.database.query(
      `INSERT INTO suppressions (id, campaign_id, phone_number) SELECT gen_random_uuid(), $1, number FROM unnest($2::text[]) AS s (number)`,
      [campaignId, numbers],
    );
  }

  async scheduleFor(campaignId: string, start: Date): Promise<void> {
    await this.database.query(`UPDATE campaigns SET status = 'scheduled', scheduled_at = $2 WHERE id = $1`, [
      campaignId,
      start,
    ]);
  }

  async preflight(id: string, body?: Settings): Promise<PreflightResponse> {
    const answer = await this.app.post<{ data: PreflightResponse }>(`/campaigns/${id}/preflight`, body);
    expect(answer.status).toBe(200);
    return answer.body.data;
  }
}
