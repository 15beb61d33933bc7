import { Feeder } from '../feeder.js';
import type { FaultScenario } from '../scenario.js';
import type { Stage } from '../stage.js';

const GAP_MS = 3000;
const LONGEST_AWAY_MS = 2000;
/** From the return of a service to the next placement (docs/faults.md). */
export const RESUME_WITHIN_MS = 10_000;

/** FLUSHALL, a clean restart and kill -9 in turn. */
export const redis: FaultScenario = {
  name: 'redis',
  words: 'Redis is emptied, restarted and killed in mid-campaign',
  play: async (stage, measure, outages) => {
    const acts = [
      () => outages.flush(),
      () => outages.redis({ kill: false, awayMs: stage.random.whole(0, LONGEST_AWAY_MS) }),
      () => outages.redis({ kill: true, awayMs: stage.random.whole(0, LONGEST_AWAY_MS) }),
    ];
    await inMidCampaign(stage, measure.restarts, acts);
  },
};

/** A clean restart (`pg_ctl stop -m fast`) and kill -9 in turn. */
export const postgres: FaultScenario = {
  name: 'postgres',
  words: 'Postgres is restarted and killed in mid-campaign',
  play: async (stage, measure, outages) => {
    const acts = [false, true].map(
      (kill) => () => outages.postgres({ kill, awayMs: stage.random.whole(0, LONGEST_AWAY_MS) }),
    );
    await inMidCampaign(stage, Math.ceil(measure.restarts / 2), acts);
  },
};

async function inMidCampaign(stage: Stage, times: number, acts: (() => Promise<void>)[]): Promise<void> {
  stage.mustResumeWithinMs = RESUME_WITHIN_MS;
  const feeder = new Feeder(stage);
  await feeder.next();
  const strikeAll = async () => {
    for (let nth = 0; nth < times; nth += 1) {
      await stage.pause(GAP_MS);
      await acts[nth % acts.length]?.();
      stage.struck();
    }
  };
  await feeder.during(strikeAll());
}
