import { until } from '../../support/wait.js';
import type { Member } from '../crew.js';
import { Feeder } from '../feeder.js';
import type { FaultScenario, Measure } from '../scenario.js';
import type { Stage } from '../stage.js';

/** After so long a process that has not come by its point is killed anyway. Milliseconds. */
const REACH_MS = 20_000;
const PAUSE_EVERY_MS = 400;

interface Point {
  label: string;
  at: 'api' | 'worker';
  /** It dies the first time, or a later one up to this. */
  latest: number;
}

/** Every labelled point of a call's way, in the process that comes by it. */
const POINTS: readonly Point[] = [
  { label: 'startup.migrated', at: 'worker', latest: 1 },
  { label: 'claim.committed', at: 'worker', latest: 4 },
  { label: 'placement.before-guard', at: 'worker', latest: 10 },
  { label: 'placement.guarded', at: 'worker', latest: 10 },
  { label: 'placement.sent', at: 'worker', latest: 10 },
  { label: 'placement.answered', at: 'worker', latest: 10 },
  { label: 'reconcile.acting', at: 'worker', latest: 3 },
  { label: 'startup.migrated', at: 'api', latest: 1 },
  { label: 'claim.committed', at: 'api', latest: 10 },
  { label: 'callback.in-transaction', at: 'api', latest: 20 },
  { label: 'callback.committed', at: 'api', latest: 20 },
  { label: 'pause.committed', at: 'api', latest: 2 },
];

/** Death at each labelled point, in a worker and in the API process at the same time. */
export function checkpoints(points: readonly Point[] = POINTS): FaultScenario {
  return {
    name: 'checkpoints',
    words: 'kill -9 at each labelled point, while campaigns are paused and resumed',
    play: (stage, measure) => play(stage, measure, points),
  };
}

async function play(stage: Stage, measure: Measure, points: readonly Point[]): Promise<void> {
  // Something must be silent, or reconcile has nothing to do.
  await stage.carrier({
    faults: [
      { kind: 'drop-callback', share: 0.15 },
      { kind: 'reset-after-placing', share: 0.05 },
    ],
  });
  const feeder = new Feeder(stage);
  await feeder.next();
  const of = (at: Point['at']) => points.filter((point) => point.at === at);
  const lanes = Promise.all([
    dieAt(stage, [stage.crew.workers[0]], of('worker'), measure.perCheckpoint),
    dieAt(stage, [stage.crew.api], of('api'), measure.perCheckpoint),
  ]);
  let isOver = false;
  const over = lanes.then(() => undefined).finally(() => (isOver = true));
  await Promise.all([feeder.during(over), pauseAndResume(stage, () => isOver)]);
  await stage.carrierMended();
}

async function dieAt(
  stage: Stage,
  members: Member[],
  points: readonly Point[],
  times: number,
): Promise<void> {
  for (const { label, latest } of points) {
    for (let round = 0; round < times; round += 1) {
      // Reconcile runs in one process at a time: whichever worker holds the lease must meet its end there.
      const doomed = label === 'reconcile.acting' ? stage.crew.workers : members;
      if (await haveDied(stage, doomed, `${label}:${stage.random.whole(1, latest)}`)) stage.reached(label);
      stage.struck();
    }
  }
}

/** Replaces the processes by ones that are to die at a point; tells whether one of them did. */
async function haveDied(stage: Stage, doomed: readonly Member[], faultPoint: string): Promise<boolean> {
  const before = doomed.map((member) => member.starts);
  for (const member of doomed) member.kill(faultPoint);
  const hasDied = () => doomed.some((member, i) => member.starts > (before[i] ?? 0) + 1);
  const { signal } = stage;
  return until(hasDied, { what: faultPoint, timeoutMs: REACH_MS, everyMs: 20, signal }).catch(() => {
    signal.throwIfAborted();
    return false;
  });
}

/** One campaign after the other is paused and resumed, so that a pause is there to die in. */
async function pauseAndResume(stage: Stage, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const running = (await stage.books.unfinished(stage.campaigns)).filter(
      ({ status }) => status === 'active',
    );
    if (running.length > 0) {
      const { id } = stage.random.pick(running);
      await stage.desk.act(id, 'pause');
      await stage.pause(PAUSE_EVERY_MS / 2);
      await stage.resumed(id);
    }
    await stage.pause(PAUSE_EVERY_MS);
  }
}
