import { request } from './api.js';
import { until } from './wait.js';

const LEADS_PER_REQUEST = 1000;

export interface CampaignWish {
  name: string;
  maxConcurrent: number;
  callDelay: number;
}

/** A campaign of the bench, driven over HTTP as a user would. */
export class BenchCampaign {
  private constructor(
    readonly id: string,
    private readonly url: string,
  ) {}

  static of(apiUrl: string, id: string): BenchCampaign {
    return new BenchCampaign(id, `${apiUrl}/campaigns/${id}`);
  }

  /** A draft with these numbers as leads. */
  static async create(apiUrl: string, wish: CampaignWish, numbers: string[]): Promise<BenchCampaign> {
    const { data } = await request<{ data: { id: string } }>('POST', `${apiUrl}/campaigns`, wish);
    const campaign = BenchCampaign.of(apiUrl, data.id);
    for (let from = 0; from < numbers.length; from += LEADS_PER_REQUEST) {
      const leads = numbers.slice(from, from + LEADS_PER_REQUEST).map((phoneNumber) => ({ phoneNumber }));
      await request('POST', `${campaign.url}/leads/bulk`, { leads });
    }
    return campaign;
  }

  /** @returns how long the answer took. Milliseconds */
  async start(): Promise<number> {
    const began = performance.now();
    await request('POST', `${this.url}/start`);
    return performance.now() - began;
  }

  async pause(): Promise<void> {
    await request('POST', `${this.url}/pause`);
  }

  async resume(): Promise<void> {
    await request('POST', `${this.url}/resume`);
  }

  async status(): Promise<string> {
    return (await request<{ data: { status: string } }>('GET', this.url)).data.status;
  }

  async completed(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const isOver = async () => (await this.status()) === 'completed';
    await until(isOver, { what: 'the campaign to complete', timeoutMs, everyMs: 500, signal });
  }
}
