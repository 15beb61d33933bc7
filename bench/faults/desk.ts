import { setTimeout as sleep } from 'node:timers/promises';
import type { ListOperation, Operation } from '../judge/evidence.js';

const PATIENCE_MS = 15_000;
const RETRY_AFTER_MS = 100;

export interface Reply<T = unknown> {
  /** null: no answer came. */
  status: number | null;
  body: T | undefined;
}

export interface CampaignWish {
  maxConcurrent: number;
  callDelay?: number;
  retryFailed?: boolean;
  retryAttempts?: number;
  retryDelay?: number;
  agentIds?: string[];
}

export interface PromisedLead {
  campaignId: string;
  phoneNumber: string;
}

/** An entry of the do-not-call list. */
interface ListEntry {
  id: string;
  phoneNumber: string;
  campaignId: string | null;
}

/** Milliseconds since 1970 with fractions, as the simulator counts them. */
export const nowMs = (): number => performance.timeOrigin + performance.now();

/** The operators of a run: what they ask of the API, and a log of when it was asked and answered. */
export class Desk {
  readonly operations: Operation[] = [];
  readonly suppressions: ListOperation[] = [];
  private readonly added: PromisedLead[] = [];
  private readonly deleted = new Set<string>();

  constructor(
    private readonly apiUrl: string,
    private readonly signal: AbortSignal,
  ) {}

  /** Leads whose adding was answered, and whose deleting nobody asked for. */
  get promised(): PromisedLead[] {
    return this.added.filter((lead) => !this.deleted.has(nameOf(lead)));
  }

  /** Asks once. */
  async ask<T>(method: string, path: string, body?: unknown): Promise<Reply<T>> {
    try {
      const answer = await fetch(`${this.apiUrl}${path}`, {
        method,
        signal: AbortSignal.any([this.signal, AbortSignal.timeout(PATIENCE_MS)]),
        ...(body === undefined
          ? {}
          : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
    } catch {
      this.signal.throwIfAborted();
      return { status: null, body: undefined };
    }
  }

  /** Asks until somebody answers: the API may be dead at this moment. @throws an answer that refuses */
  async insist<T>(method: string, path: string, body?: unknown): Promise<T> {
    for (;;) {
      const reply = await this.ask<T>(method, path, body);
      const { status } = reply;
      if (status !== null && status < 300) return reply.body as T;
      if (status !== null && status < 500) {
        throw new Error(`${method} ${path}: ${status} ${JSON.stringify(reply.body)}`);
      }
      await sleep(RETRY_AFTER_MS, undefined, { signal: this.signal });
    }
  }

  /** A draft with these numbers as leads. @returns its id */
  async campaign({ agentIds = [], ...wish }: CampaignWish, numbers: readonly string[]): Promise<string> {
    const settings = { name: 'A fault run', callDelay: 0, ...wish };
    const { data } = await this.insist<{ data: { id: string } }>('POST', '/campaigns', settings);
    for (const agentId of agentIds) await this.assign(data.id, agentId);
    await this.addLeads(data.id, numbers);
    return data.id;
  }

  async agent(maxConcurrentCalls: number): Promise<string> {
    const wish = { name: 'An agent of the fault run', maxConcurrentCalls };
    return (await this.insist<{ data: { id: string } }>('POST', '/agents', wish)).data.id;
  }

  /** Added twice, a lead is skipped: a lost answer may be asked for again. */
  async addLeads(campaignId: string, numbers: readonly string[]): Promise<void> {
    const leads = numbers.map((phoneNumber) => ({ phoneNumber }));
    await this.insist('POST', `/campaigns/${campaignId}/leads/bulk`, { leads });
    this.added.push(...numbers.map((phoneNumber) => ({ campaignId, phoneNumber })));
  }

  /** Asks for a move once and writes down when. @returns the status, null where no answer came */
  async act(campaignId: string, action: Operation['action'], query = ''): Promise<number | null> {
    const operation: Operation = { campaignId, action, askedAt: nowMs(), answeredAt: Infinity, status: null };
    this.operations.push(operation);
    const { status } = await this.ask('POST', `/campaigns/${campaignId}/${action}${query}`);
    Object.assign(operation, { answeredAt: nowMs(), status });
    return status;
  }

  /** Asks once to suppress a number. @param campaignId null: for every campaign */
  async suppress(phoneNumber: string, campaignId: string | null): Promise<void> {
    await this.list({ phoneNumber, campaignId }, 'suppress', [
      'POST',
      '/suppressions',
      { phoneNumber, campaignId },
    ]);
  }

  /** Asks once to lift a suppression. */
  async lift({ id, phoneNumber, campaignId }: ListEntry): Promise<void> {
    await this.list({ phoneNumber, campaignId }, 'lift', ['DELETE', `/suppressions/${id}`]);
  }

  /** Some suppressions that are there, the newest first. */
  async suppressed(): Promise<ListEntry[]> {
    const { body } = await this.ask<{ data?: ListEntry[] }>('GET', '/suppressions?limit=50');
    return body?.data ?? [];
  }

  /** Lifts them all, however long it takes. */
  async liftAll(): Promise<void> {
    for (;;) {
      const { data } = await this.insist<{ data: ListEntry[] }>('GET', '/suppressions?limit=200');
      if (data.length === 0) return;
      for (const entry of data) await this.lift(entry);
    }
  }

  /** Asks once to delete a lead; whether or not it is done, the lead is promised no longer. */
  async deleteLead(lead: PromisedLead & { id: string }): Promise<void> {
    this.deleted.add(nameOf(lead));
    await this.ask('DELETE', `/campaigns/${lead.campaignId}/leads/${lead.id}`);
  }

  private async list(
    entry: Pick<ListOperation, 'phoneNumber' | 'campaignId'>,
    action: ListOperation['action'],
    [method, path, body]: [method: string, path: string, body?: object],
  ): Promise<void> {
    const operation: ListOperation = {
      ...entry,
      action,
      askedAt: nowMs(),
      answeredAt: Infinity,
      status: null,
    };
    this.suppressions.push(operation);
    const { status } = await this.ask(method, path, body);
    Object.assign(operation, { answeredAt: nowMs(), status });
  }

  /** Asks until it is started: by this request or by one whose answer was lost. */
  async start(campaignId: string): Promise<void> {
    for (;;) {
      const status = await this.act(campaignId, 'start');
      if (status !== null && status < 500) return;
      await sleep(RETRY_AFTER_MS, undefined, { signal: this.signal });
    }
  }

  private async assign(campaignId: string, agentId: string): Promise<void> {
    for (;;) {
      const { status } = await this.ask('POST', `/campaigns/${campaignId}/agents`, { agentId });
      // 400: it is assigned already, by a request whose answer was lost.
      if (status !== null && status < 500) return;
      await sleep(RETRY_AFTER_MS, undefined, { signal: this.signal });
    }
  }
}

const nameOf = ({ campaignId, phoneNumber }: PromisedLead): string => `${campaignId} ${phoneNumber}`;
