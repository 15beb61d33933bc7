import type { CampaignWish } from './desk.js';
import type { Stage } from './stage.js';

const LEADS = 150;
/** Leads that a campaign has in common with the one before it: their numbers are busy for one of the two. */
const SHARED = 30;
const AT_ONCE = 3;
const PACED_LEADS = 40;
const FEED_EVERY_MS = 100;

/** Campaigns of every kind, one after another. */
function wishFor(nth: number): CampaignWish {
  const retry = {
    retryFailed: nth % 2 === 1,
    retryAttempts: 1 + (nth % 3),
    retryDelay: nth % 4 === 1 ? 300 : 0,
  };
  return nth % 5 === 4 ? { maxConcurrent: 10, callDelay: 30, ...retry } : { maxConcurrent: 15, ...retry };
}

/** Keeps a few campaigns going, so that there is always something for a fault to hit. */
export class Feeder {
  private nth = 0;
  private agentId: string | undefined;
  private shared: string[] = [];
  leads = 0;

  constructor(private readonly stage: Stage) {}

  /** Starts another campaign whenever fewer than three are running. */
  async feed(): Promise<void> {
    const left = await this.stage.books.unfinished(this.stage.campaigns);
    if (left.length < AT_ONCE) await this.next();
  }

  /** Feeds until the work is done and so many leads were given out. */
  async during(work: Promise<void>, leastLeads = 0): Promise<void> {
    let isDone = false;
    const feeding = async () => {
      while (!isDone || this.leads < leastLeads) {
        await this.feed();
        await this.stage.pause(FEED_EVERY_MS);
      }
    };
    await Promise.all([work.finally(() => (isDone = true)), feeding()]);
  }

  async next(): Promise<void> {
    const nth = this.nth;
    this.nth += 1;
    const wish = wishFor(nth);
    if (nth % 4 === 2) wish.agentIds = [await this.agent()];
    const size = wish.callDelay ? PACED_LEADS : LEADS;
    const own = this.stage.take(size - this.shared.length);
    const numbers = [...this.shared, ...own];
    const id = await this.stage.draft(wish, numbers.length, numbers);
    this.shared = own.slice(0, SHARED);
    this.leads += numbers.length;
    await this.stage.desk.start(id);
  }

  private async agent(): Promise<string> {
    this.agentId ??= await this.stage.desk.agent(8);
    return this.agentId;
  }
}
