import pg from 'pg';
import { startTestApp, type TestApp, type TestSettings } from '../../support/app.js';
import { waitFor } from '../../support/wait-for.js';
import { DialerWorld, fictionalNumbers } from '../dialer/world.js';

export interface Reason {
  code: string;
  message: string;
  evidence: Record<string, unknown>;
  until: string | null;
  ends: string;
}

export interface Explanation {
  leadStatus: string;
  callable: boolean;
  reason: string | null;
  reasons: Reason[];
  nextAttemptAt: string | null;
  waitsFor: string | null;
  place: { ahead: number; isCapped: boolean } | null;
}

/** A lead as the database has it. */
export interface LeadRow {
  id: string;
  status: string;
  reason: string | null;
  blockedReason: string | null;
  nextAttemptAt: Date | null;
}

/** A lead whose reason a set-up has made true. */
export interface Case {
  campaignId: string;
  number: string;
}

/** The numbers that campaigns call from, each for other tests, so that what one uses up is missed by no other. */
const COMMON = '+12025550100';
export const CAPPED = '+12025550101';
export const RESTING = '+12025550102';
export const PACED = '+12025550103';
export const FAST = { maxConcurrent: 10, callDelay: 0, callerIds: [COMMON] };
export const FOREVER_MS = 3_600_000;

/** The app, its carrier's ledger and its database, as the tests of explanations use them. */
export class ExplainWorld {
  private offset = 0;
  private readonly plans: Record<string, object> = {};

  private constructor(
    readonly app: TestApp,
    readonly dialer: DialerWorld,
    readonly db: pg.Pool,
  ) {}

  static async start(settings: TestSettings = {}): Promise<ExplainWorld> {
    const fromNumbers = [COMMON, CAPPED, RESTING, PACED];
    const app = await startTestApp(
      { TWILIO_PHONE_NUMBERS: fromNumbers.join(','), ...settings },
      { fromNumbers },
    );
    const dialer = new DialerWorld(app.url, app.simulator.url);
    await dialer.carrier({ speed: 1, ringMs: 5, talkMs: 40, odds: { answered: 1 } });
    return new ExplainWorld(app, dialer, new pg.Pool({ connectionString: app.database.url, max: 2 }));
  }

  async close(): Promise<void> {
    await this.db.end();
    await this.app.close();
  }

  /** Numbers that nobody has had yet. */
  numbers(count: number): string[] {
    this.offset += count;
    return fictionalNumbers(count, this.offset - count);
  }

  /** One number, and what becomes of calls to it. */
  async number(plan: object = {}): Promise<string> {
    const [number = ''] = this.numbers(1);
    this.plans[number] = plan;
    await this.dialer.carrier({ numbers: this.plans });
    return number;
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
    await waitFor(async () => (await this.row(lead)).status === 'calling', {
      message: 'a call in the queue',
    });
  }

  /** How often the carrier was asked to call a number. */
  async placements(number: string): Promise<number> {
    return (await this.dialer.ledger()).placements.filter(({ to }) => to === number).length;
  }

  async row({ campaignId, number }: Case): Promise<LeadRow> {
    const { rows } = await this.db.query<LeadRow>(
      `SELECT id, status, reason, blocked_reason AS "blockedReason", next_attempt_at AS "nextAttemptAt"
       FROM leads WHERE campaign_id = $1 AND phone_number = $2`,
      [campaignId, number],
    );
    const [row] = rows;
    if (!row) throw new Error(`No lead ${number}`);
    return row;
  }

  async explain(lead: Case): Promise<Explanation> {
    const { id } = await this.row(lead);
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
