import { Feeder } from '../feeder.js';
import type { FaultScenario, Measure } from '../scenario.js';
import type { Stage } from '../stage.js';

const GAP_MS = 700;

/** kill -9 of whichever process, whenever. */
export const kills: FaultScenario = {
  name: 'kills',
  words: 'kill -9 of workers and the API at random instants',
  play: async (stage: Stage, measure: Measure) => {
    const feeder = new Feeder(stage);
    await feeder.next();
    await feeder.during(killAll(stage, measure.kills), measure.calls);
  },
};

async function killAll(stage: Stage, count: number): Promise<void> {
  for (let nth = 0; nth < count; nth += 1) {
    await stage.pause(stage.random.gapMs(GAP_MS));
    stage.random.pick(stage.crew.all).kill();
    stage.struck();
  }
}
