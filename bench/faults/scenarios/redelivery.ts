import { Redelivery } from '../redeliver.js';
import type { FaultScenario } from '../scenario.js';

const EVERY_MS = 60;
const LATEST = 25;
const LONGEST_MS = 60_000;

/** The guard alone stands between a job that is handed out twice and a phone that rings twice. */
export const redelivery: FaultScenario = {
  name: 'redelivery',
  words: 'every job is handed out again and again, before, while and after its call is placed',
  play: async (stage, { carrierCalls }) => {
    const retry = { retryFailed: true, retryAttempts: 1, retryDelay: 0 };
    await stage.draft({ maxConcurrent: 15 }, carrierCalls);
    await stage.draft({ maxConcurrent: 15, ...retry }, carrierCalls);
    await stage.draft({ maxConcurrent: 15, callDelay: 20 }, carrierCalls / 2);
    await Promise.all(stage.campaigns.map((id) => stage.desk.start(id)));
    const jobs = new Redelivery(stage.redisUrl);
    try {
      const end = performance.now() + LONGEST_MS;
      while (performance.now() < end && (await stage.books.unfinished(stage.campaigns)).length > 0) {
        const calls = await stage.books.latestCalls(stage.campaigns, LATEST);
        await jobs.again(calls);
        stage.struck(calls.length);
        await stage.pause(EVERY_MS);
      }
    } finally {
      await jobs.close();
    }
  },
};
