import pg from 'pg';
import type { TestApp } from '../../support/app.js';
import type { Receiver } from '../../support/receiver.js';
import { waitFor } from '../../support/wait-for.js';

/** A subscription as the API answers it. */
export interface Hook {
  id: string;
  url: string;
  secret: string;
  eventTypes: string[];
  isEnabled: boolean;
  disabledReason: { code: string } | null;
  failingSince: string | null;
  previousSecretUntil: string | null;
}

export interface Delivery {
  eventId: string;
  type: string;
  status: string;
  attempts: { at: string; statusCode: number | null; durationMs: number; error: string | null }[];
  answer: string | null;
}

type Callers = Pick<TestApp, 'get' | 'post' | 'put' | 'delete'>;

/** What the tests of webhooks do over HTTP. */
export class HooksWorld {
  constructor(private readonly api: Callers) {}

  async subscribe(url: string, eventTypes: string[], more: object = {}): Promise<Hook> {
    const { status, body } = await this.api.post<{ data: Hook }>('/webhooks', { url, eventTypes, ...more });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body.data;
  }

  async get(id: string): Promise<Hook> {
    return (await this.api.get<{ data: Hook }>(`/webhooks/${id}`)).body.data;
  }

  /** Oldest first. */
  async deliveries(id: string, query = ''): Promise<Delivery[]> {
    const path = `/webhooks/${id}/deliveries?limit=200${query}`;
    return (await this.api.get<{ data: Delivery[] }>(path)).body.data.toReversed();
  }

  /** Makes so many campaigns, each an event. @returns their names */
  async happen(count: number, prefix = 'Event'): Promise<string[]> {
    const names = Array.from({ length: count }, (_, i) => `${prefix} ${i}`);
    for (const name of names) await this.api.post('/campaigns', { name });
    return names;
  }

  async until(id: string, status: string, count: number, timeoutMs = 10_000): Promise<Delivery[]> {
    return waitFor(
      async () => {
        const found = (await this.deliveries(id)).filter((delivery) => delivery.status === status);
        return found.length === count ? found : undefined;
      },
      { timeoutMs, message: `${count} deliveries ${status}` },
    );
  }
}

/** The names of the campaigns a receiver was told of, in its order. */
export function namesOf({ received }: Receiver): unknown[] {
  return received.map(({ body }) => body.data.name);
}

/** Runs SQL as the owner of the tables. */
export async function sql<T>(url: string, text: string, values: unknown[] = []): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text, values)).rows as T[];
  } finally {
    await client.end();
  }
}
