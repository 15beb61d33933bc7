import { startTestApp, type TestApp, type TestSettings } from '../../support/app.js';
import { waitFor } from '../../support/wait-for.js';
import { DialerWorld, fictionalNumbers } from '../dialer/world.js';
import { Rows, type Case } from './rows.js';
import type { Blocked, Explanation } from './told.js';

/** The numbers that campaigns call from, each for other tests, so that what one uses up is missed by no other. */
const COMMON = '+12025550100';
export const CAPPED = '+12025550101';
export const RESTING = '+12025550102';
export const PACED = '+12025550103';
export const INACTIVE = '+12025550104';
export const GONE = '+12025550105';
/** A number of no country: nobody knows its clock. */
export const NOWHERE = '+80012345678';
export const FAST = { maxConcurrent: 10, callDelay: 0, callerIds: [COMMON] };
export const FOREVER_MS = 3_600_000;

/** The app, its carrier's ledger and its database, as the tests of explanations use them. */
export class ExplainWorld {
  private offset = 0;
  private readonly plans: Record<string, object> = {};
  /** One after the other, for each replaces the plans before. */
  private planning = Promise.resolve();

  private constructor(
    readonly app: TestApp,
    readonly dialer: DialerWorld,
    readonly rows: Rows,
  ) {}

  static async start(settings: TestSettings = {}): Promise<ExplainWorld> {
    const fromNumbers = [COMMON, CAPPED, RESTING, PACED, INACTIVE, GONE];
    const app = await startTestApp(
      { TWILIO_PHONE_NUMBERS: fromNumbers.join(','), ...settings },
      { fromNumbers },
    );
    const dialer = new DialerWorld(app.url, app.simulator.url);
    await dialer.carrier({ speed: 1, ringMs: 5, talkMs: 40, odds: { answered: 1 } });
    return new ExplainWorld(app, dialer, new Rows(app.database.url));
  }

  async close(): Promise<void> {
    await this.rows.close();
    await this.app.close();
  }

  /** Numbers that nobody has had yet. */
  numbers(count: number): string[] {
    this.offset += count;
    return fictionalNumbers(count, this.offset - count);
  }

  /** One number, and what becomes of calls to it. */
  async number(plan: object = {}): Promise<string> {
    const [number = ''] = await this.planned(1, plan);
    return number;
  }

  /** As many numbers, and what becomes of calls to each. */
  async planned(count: number, plan: object): Promise<string[]> {
    const numbers = this.numbers(count);
    for (const number of numbers) this.plans[number] = plan;
    this.planning = this.planning.then(() => this.dialer.carrier({ numbers: this.plans }));
    await this.planning;
    return numbers;
  }

  draft(settings: object, numbers: string[]): Promise<string> {
    return this.dialer.campaign({ ...FAST, ...settings }, numbers);
  }

  /** A campaign with these leads, started. */
  async started(settings: object, numbers: string[]): Promise<string> {
    const id = await this.draft(settings, numbers);
    await this.dialer.start(id);
    return id;
  }

  /** A started campaign with one lead. */
  async lead(settings: object, plan: object = {}): Promise<Case> {
    const number = await this.number(plan);
    return { campaignId: await this.started(settings, [number]), number };
  }

  /** A lead whose call does not end in this test. */
  async inCall(settings: object = {}): Promise<Case> {
    const talking = await this.lead(settings, { outcome: 'answered', talkMs: FOREVER_MS });
    await waitFor(async () => (await this.placements(talking.number)) === 1, { message: 'a long call' });
    return talking;
  }

  /** Until the lead's call waits behind one that has taken its turn: a delay lets one call at a time into the queue. */
  async waitForTurn(lead: Case): Promise<void> {
    await waitFor(async () => (await this.rows.lead(lead)).status === 'calling', {
      message: 'a call in the queue',
    });
  }

  /** Ends one of the campaign's calls. */
  async hangUpOne(campaignId: string): Promise<void> {
    const path = `/campaigns/${campaignId}/calls`;
    const calls = (await this.app.get<{ data: { id: string; endedAt: string | null }[] }>(path)).body.data;
    const open = calls.find(({ endedAt }) => endedAt === null);
    const answer = await this.app.post(`/calls/${open?.id}/hangup`);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  }

  /** How often the carrier was asked to call a number. */
  async placements(number: string): Promise<number> {
    return (await this.dialer.ledger()).placements.filter(({ to }) => to === number).length;
  }

  async blocked(campaignId: string, query = ''): Promise<Blocked> {
    const answer = await this.app.get<{ data: Blocked }>(`/campaigns/${campaignId}/blocked${query}`);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return answer.body.data;
  }

  async explain(lead: Case): Promise<Explanation> {
    const { id } = await this.rows.lead(lead);
    const answer = await this.app.get<{ data: Explanation }>(
      `/campaigns/${lead.campaignId}/leads/${id}/explain`,
    );
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return answer.body.data;
  }

  /** What is told of a lead once this is the reason. */
  explained(lead: Case, reason: string): Promise<Explanation> {
    return waitFor(
      async () => {
        const explanation = await this.explain(lead);
        if (explanation.reason !== reason) throw new Error(JSON.stringify(explanation));
        return explanation;
      },
      { message: `the reason ${reason}` },
    );
  }

  /** Why the campaign has no number to call from; null: it has. */
  async callerIds(campaignId: string): Promise<string | null> {
    const path = `/campaigns/${campaignId}/caller-ids`;
    return (await this.app.get<{ data: { reason: string | null } }>(path)).body.data.reason;
  }

  async suppress(phoneNumber: string, fields: object = {}): Promise<string> {
    const answer = await this.app.post<{ data: { id: string } }>('/suppressions', { phoneNumber, ...fields });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.body.data.id;
  }

  /** An agent, assigned to a draft. */
  async agent(campaignId: string, fields: object): Promise<string> {
    const made = await this.app.post<{ data: { id: string } }>('/agents', { name: 'An agent', ...fields });
    const agentId = made.body.data.id;
    const assigned = await this.app.post(`/campaigns/${campaignId}/agents`, { agentId });
    if (assigned.status !== 201) throw new Error(JSON.stringify(assigned.body));
    return agentId;
  }

  /** Changes one of the numbers to call from. */
  async changeNumber(phoneNumber: string, path: string, fields: object): Promise<void> {
    const { body } = await this.app.get<{ data: { id: string; phoneNumber: string }[] }>('/phone-numbers');
    const id = body.data.find((each) => each.phoneNumber === phoneNumber)?.id ?? '';
    const answer =
      path === ''
        ? await this.app.put(`/phone-numbers/${id}`, fields)
        : await this.app.post(`/phone-numbers/${id}${path}`, fields);
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
  }
}
