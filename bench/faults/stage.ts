import { setTimeout as sleep } from 'node:timers/promises';
import type { Evidence, LedgerFact, Violation } from '../judge/evidence.js';
import { request } from '../support/api.js';
import { fictionalNumbers } from '../support/fictional-numbers.js';
import { Books } from './books.js';
import { ACCOUNT_LIMITS, type Crew } from './crew.js';
import { Desk, nowMs, type CampaignWish } from './desk.js';
import { Seeded } from './seeded.js';
import type { Site } from './site.js';

const LOOK_EVERY_MS = 150;
const MOST_NUMBERS = 6000;
const PLACED_WITHIN_MS = 60_000;
const GOES_ON_WITHIN_MS = 60_000;
/** Calls short enough for thousands of them in minutes, with every outcome among them. */
const CARRIER = {
  speed: 1,
  queueMs: 0,
  ringMs: [20, 120],
  talkMs: [100, 600],
  odds: { answered: 0.75, busy: 0.1, 'no-answer': 0.08, failed: 0.05, machine: 0.02 },
  faults: [],
};

export interface StageOptions {
  site: Site;
  crew: Crew;
  apiUrl: string;
  seed: number;
  signal: AbortSignal;
}

/** What a scenario has to play with; each begins on a stage of its own. */
export class Stage {
  readonly desk: Desk;
  readonly books: Books;
  readonly random: Seeded;
  readonly campaigns: string[] = [];
  /** Faults of the run itself so far, and when the last one, the carrier's included, was over. */
  faults = 0;
  /** When each of them was over. */
  readonly struckAt: number[] = [];
  /** How soon after each of them dialing must go on; null: whenever it can. Milliseconds. */
  mustResumeWithinMs: number | null = null;
  lastFaultAt: number | null = null;
  /** What a scenario itself saw that must not be. */
  readonly objections: Violation[] = [];
  /** How often a process died at each labelled point. */
  readonly deaths = new Map<string, number>();
  private readonly numbers = fictionalNumbers(MOST_NUMBERS);
  private nextNumber: number;

  constructor(private readonly options: StageOptions) {
    this.desk = new Desk(options.apiUrl, options.signal);
    this.books = new Books(options.site.databaseUrl);
    this.random = new Seeded(options.seed);
    this.nextNumber = this.random.whole(0, MOST_NUMBERS - 1);
  }

  get crew(): Crew {
    return this.options.crew;
  }

  get signal(): AbortSignal {
    return this.options.signal;
  }

  get databaseUrl(): string {
    return this.options.site.databaseUrl;
  }

  get redisUrl(): string {
    return this.options.site.redisUrl;
  }

  /** The carrier behaves, and its ledger is empty. */
  async clear(): Promise<void> {
    const { url } = this.options.site.carrier;
    await request('PUT', `${url}/control`, { seed: this.options.seed, ...CARRIER });
    await request('DELETE', `${url}/ledger`);
  }

  async carrier(settings: object): Promise<void> {
    await request('PUT', `${this.options.site.carrier.url}/control`, settings);
  }

  /** Writes down that a fault has struck just now, or several. */
  struck(times = 1): void {
    this.faults += times;
    this.lastFaultAt = nowMs();
    this.struckAt.push(this.lastFaultAt);
  }

  /** From now on the carrier behaves; until now it may have done anything. */
  async carrierMended(): Promise<void> {
    await this.carrier({ faults: [] });
    this.lastFaultAt = nowMs();
  }

  /** A process died at the point it was meant to die at. */
  reached(label: string): void {
    this.deaths.set(label, (this.deaths.get(label) ?? 0) + 1);
  }

  /** Asks until the campaign goes on, or has nothing left to do, or it takes too long. */
  async resumed(id: string): Promise<void> {
    const end = performance.now() + GOES_ON_WITHIN_MS;
    while (performance.now() < end) {
      const [left] = await this.books.unfinished([id]);
      if (!left || left.status === 'active') return;
      await this.desk.act(id, left.status === 'paused' ? 'resume' : 'start');
      await this.pause(LOOK_EVERY_MS / 3);
    }
  }

  /** Waits until the carrier has taken so many calls, or every campaign is completed, or it takes too long. */
  async untilPlaced(count: number): Promise<void> {
    const end = performance.now() + PLACED_WITHIN_MS;
    while (performance.now() < end && (await this.placed()) < count) {
      if ((await this.books.unfinished(this.campaigns)).length === 0) return;
      await this.pause(LOOK_EVERY_MS);
    }
  }

  /** A draft over numbers that no other campaign of the scenario has, unless `shared` names some. */
  async draft(wish: CampaignWish, size: number, shared: readonly string[] = []): Promise<string> {
    const own = this.take(size - shared.length);
    const id = await this.desk.campaign(wish, [...shared, ...own]);
    this.campaigns.push(id);
    return id;
  }

  take(count: number): string[] {
    const taken = Array.from(
      { length: count },
      (_, i) => this.numbers[(this.nextNumber + i) % MOST_NUMBERS] ?? '',
    );
    this.nextNumber += count;
    return taken;
  }

  async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.signal });
  }

  /** How many calls the carrier has really taken. */
  async placed(): Promise<number> {
    return (await this.summary()).placements;
  }

  /** All faults so far: those of the run, and those of the carrier by its own count. */
  async faultsOfAll(): Promise<number> {
    const { faults } = await this.summary();
    return Object.values(faults).reduce((sum, times) => sum + times, this.faults);
  }

  /** Waits until every campaign is completed and no call is open; false when time is up. */
  async settled(timeoutMs: number): Promise<boolean> {
    const end = performance.now() + timeoutMs;
    const { url } = this.options.site.carrier;
    while (performance.now() < end) {
      const left = await this.books.unfinished(this.campaigns);
      if (left.length === 0 && (await this.books.open(this.campaigns)) === 0) {
        if ((await request<{ open: number }>('GET', `${url}/health`)).open === 0) return true;
      }
      await this.pause(LOOK_EVERY_MS);
    }
    return false;
  }

  async evidence(): Promise<Evidence> {
    const { url } = this.options.site.carrier;
    return {
      ...(await this.books.read(this.campaigns)),
      account: ACCOUNT_LIMITS,
      promised: this.desk.promised,
      ledger: await request<LedgerFact>('GET', `${url}/ledger`),
      operations: this.desk.operations,
      suppressions: this.desk.suppressions,
    };
  }

  private summary(): Promise<{ placements: number; faults: Record<string, number> }> {
    return request('GET', `${this.options.site.carrier.url}/ledger/summary`);
  }

  async close(): Promise<void> {
    await this.books.close();
  }
}
