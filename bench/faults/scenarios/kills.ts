import type { FaultScenario, Measure } from '../scenario.js';
import type { Stage } from '../stage.js';
import { Feeder } from '../feeder.js';

const GAP_MS = 800;

/** kill -9 of whichever process, whenever. */
export const kills: FaultScenario = {
  name: 'kills',
  words: 'kill -9 of workers and the API at random instants',
  play,
};

async function play(stage: Stage, measure: Measure): Promise<void> {
  const feeder = new Feeder(stage);
  await feeder.next();
  const killing = killAll(stage, measure.kills);
  let isKilling = true;
  const done = killing.finally(() => (isKilling = false));
  while (isKilling || feeder.leads < measure.calls) {
    await feeder.feed();
    await stage.pause(100);
  }
  await done;
}

async function killAll(stage: Stage, count: number): Promise<void> {
  for (let nth = 0; nth < count; nth += 1) {
    await stage.pause(stage.random.gapMs(GAP_MS));
    stage.random.pick(stage.crew.all).kill();
    stage.struck();
  }
}
