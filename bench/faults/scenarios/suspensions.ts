import { Feeder } from '../feeder.js';
import type { FaultScenario, Measure } from '../scenario.js';
import type { Stage } from '../stage.js';

const LEAST_MS = 3000;
const MOST_MS = 8000;
/** How long a campaign stays paused after the stopped worker has woken: whatever it still held would come now. */
const WATCH_MS = 700;

/**
 * A worker is stopped between any two of its steps and wakes seconds later. Meanwhile its calls are taken over and the
 * campaigns are paused: what it still meant to place must not leave.
 */
export const suspensions: FaultScenario = {
  name: 'suspensions',
  words: 'SIGSTOP of a worker for 3 to 8 s, campaigns paused meanwhile, SIGCONT',
  play: async (stage: Stage, measure: Measure) => {
    const feeder = new Feeder(stage);
    await feeder.next();
    await feeder.during(suspendAll(stage, measure.suspensions));
  },
};

async function suspendAll(stage: Stage, count: number): Promise<void> {
  for (let nth = 0; nth < count; nth += 1) {
    await stage.pause(stage.random.gapMs(600));
    const worker = stage.random.pick(stage.crew.workers);
    worker.suspend();
    await Promise.all([
      stage.pause(stage.random.whole(LEAST_MS, MOST_MS)).finally(() => worker.resume()),
      stage.pause(200).then(() => (nth % 2 === 0 ? haltMeanwhile(stage) : undefined)),
    ]);
    stage.struck();
    if (nth % 2 === 0) {
      await stage.pause(WATCH_MS);
      await Promise.all(stage.campaigns.map((id) => stage.resumed(id)));
    }
  }
}

async function haltMeanwhile(stage: Stage): Promise<void> {
  const running = (await stage.books.unfinished(stage.campaigns)).filter(({ status }) => status === 'active');
  await Promise.all(running.map(({ id }) => stage.desk.act(id, 'pause')));
}
