import { request } from './api.js';
import { until } from './wait.js';

/** One call that the simulator really made; times are epoch ms with fractions. */
export interface Placement {
  to: string;
  placedAt: number;
  endedAt: number | null;
  status: string;
}

export interface Ledger {
  placements: Placement[];
  open: number;
  maxOpen: number;
  refused: { to: string; code: number }[];
}

/** The simulator's side doors: its settings and the truth about what rang. */
export class CarrierLedger {
  constructor(private readonly simulatorUrl: string) {}

  async control(settings: object): Promise<void> {
    await request('PUT', `${this.simulatorUrl}/control`, settings);
  }

  read(): Promise<Ledger> {
    return request('GET', `${this.simulatorUrl}/ledger`);
  }

  async clear(): Promise<void> {
    await request('DELETE', `${this.simulatorUrl}/ledger`);
  }

  async open(): Promise<number> {
    return (await request<{ open: number }>('GET', `${this.simulatorUrl}/health`)).open;
  }

  /** How many calls it has taken since it was cleared. */
  async placed(): Promise<number> {
    return (await request<{ placements: number }>('GET', `${this.simulatorUrl}/ledger/summary`)).placements;
  }

  /** Waits until no call is open. */
  async settled(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const isSettled = async () => (await this.open()) === 0;
    await until(isSettled, { what: 'the last call to end', timeoutMs, everyMs: 200, signal });
  }
}
