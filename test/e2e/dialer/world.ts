import { callersOf, type Answer } from '../../support/app.js';
import { waitFor } from '../../support/wait-for.js';

type Callers = ReturnType<typeof callersOf>;

export interface Placement {
  sid: string;
  to: string;
  from: string;
  placedAt: number;
  endedAt: number | null;
  status: string;
}

export interface Ledger {
  placements: Placement[];
  open: number;
  maxOpen: number;
  refused: { to: string; code: number; at: number }[];
}

export interface Stats {
  totalLeads: number;
  pending: number;
  calling: number;
  completed: number;
  failed: number;
  totalCalls: number;
  successfulCalls: number;
  failedCalls: number;
}

/** Areas that exist (NANPA), each with a hundred fictional numbers; not 415, where the simulator's magic is. */
const AREAS = [
  201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228, 229,
  231, 234, 239, 240, 248, 251, 252, 253, 254, 256, 260, 262, 267, 269, 270, 276, 281, 301, 302, 303, 304,
  305, 307,
];

/** `count` distinct fictional numbers of areas that exist, from the `offset`-th on. */
export function fictionalNumbers(count: number, offset = 0): string[] {
  return Array.from({ length: count }, (_, i) => {
    const area = AREAS[Math.floor((i + offset) / 100)];
    return `+1${String(area)}5550${String(100 + ((i + offset) % 100))}`;
  });
}

/** What the tests of the dialer do over HTTP: campaigns through the API, the truth from the carrier's ledger. */
export class DialerWorld {
  readonly api: Callers;

  constructor(
    apiUrl: string,
    readonly carrierUrl: string,
  ) {
    this.api = callersOf(`${apiUrl}/api/v1`);
  }

  /** A draft with these numbers as leads. @returns its id */
  async campaign(settings: Record<string, unknown>, numbers: string[]): Promise<string> {
    const made = await this.api.post<{ data: { id: string } }>('/campaigns', { name: 'A test', ...settings });
    if (made.status !== 201) throw new Error(JSON.stringify(made.body));
    const { id } = made.body.data;
    const leads = numbers.map((phoneNumber, i) => ({ phoneNumber, name: `Lead ${i}` }));
    const added = await this.api.post<{ data: { created: number } }>(`/campaigns/${id}/leads/bulk`, {
      leads,
    });
    if (added.status !== 201 || added.body.data.created !== numbers.length)
      throw new Error(JSON.stringify(added.body));
    return id;
  }

  act(
    id: string,
    action: 'start' | 'stop' | 'pause' | 'resume',
    query = '',
  ): Promise<Answer<Record<string, unknown>>> {
    return this.api.post(`/campaigns/${id}/${action}${query}`);
  }

  async start(id: string): Promise<void> {
    const answer = await this.act(id, 'start');
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  }

  async get(id: string): Promise<Record<string, unknown>> {
    return (await this.api.get<{ data: Record<string, unknown> }>(`/campaigns/${id}`)).body.data;
  }

  async stats(id: string): Promise<Stats> {
    return (await this.api.get<{ data: Stats }>(`/campaigns/${id}/stats`)).body.data;
  }

  async isIn(id: string, status: string): Promise<boolean> {
    return (await this.get(id)).status === status;
  }

  async until(id: string, status: string, timeoutMs = 30_000): Promise<void> {
    await waitFor(() => this.isIn(id, status), { timeoutMs, intervalMs: 50, message: `campaign ${status}` });
  }

  async ledger(): Promise<Ledger> {
    return (await (await fetch(`${this.carrierUrl}/ledger`)).json()) as Ledger;
  }

  async placed(): Promise<number> {
    return ((await (await fetch(`${this.carrierUrl}/ledger/summary`)).json()) as { placements: number })
      .placements;
  }

  /** Settings of the simulated carrier, see docs/simulator.md. */
  async carrier(settings: Record<string, unknown>): Promise<void> {
    const answer = await fetch(`${this.carrierUrl}/control`, {
      method: 'PUT',
      body: JSON.stringify(settings),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
}

/** How often each number was called. */
export function timesCalled(ledger: Ledger): Map<string, number> {
  const times = new Map<string, number>();
  for (const { to } of ledger.placements) times.set(to, (times.get(to) ?? 0) + 1);
  return times;
}

/** Milliseconds between placements, in the order they were made. */
export function gapsOf(ledger: Ledger): number[] {
  const at = ledger.placements.map((placement) => placement.placedAt).toSorted((a, b) => a - b);
  return at.slice(1).map((time, i) => time - (at[i] ?? 0));
}

/** Numbers that were in two calls at the same time. */
export function overlaps(ledger: Ledger): string[] {
  const sorted = ledger.placements.toSorted((a, b) => a.placedAt - b.placedAt);
  const until = new Map<string, number>();
  const twice: string[] = [];
  for (const { to, placedAt, endedAt } of sorted) {
    if ((until.get(to) ?? -Infinity) > placedAt) twice.push(to);
    until.set(to, endedAt ?? Infinity);
  }
  return twice;
}
