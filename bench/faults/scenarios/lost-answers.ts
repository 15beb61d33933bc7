import { Feeder } from '../feeder.js';
import { LossyPostgres } from '../lossy-postgres.js';
import type { FaultScenario, Measure } from '../scenario.js';
import type { Stage } from '../stage.js';

const ODDS = { commit: 0.05, other: 0.005 };
const LOOK_EVERY_MS = 100;

/** Whoever asked does not know whether it is done: a claim, a guard, a callback's move, a start. */
export const lostAnswers: FaultScenario = {
  name: 'lost-answers',
  words: 'Postgres does what it is asked for, and the connection breaks before its answer',
  play,
};

async function play(stage: Stage, measure: Measure): Promise<void> {
  const way = await LossyPostgres.open(stage.databaseUrl, stage.random, ODDS);
  try {
    await stage.crew.reroute(way.url, stage.signal);
    await new Feeder(stage).during(lose(stage, way, measure.lostAnswers));
  } finally {
    await stage.crew.reroute(stage.databaseUrl, stage.signal);
    way.close();
  }
}

async function lose(stage: Stage, way: LossyPostgres, least: number): Promise<void> {
  while (way.losses < least) await stage.pause(LOOK_EVERY_MS);
  way.mend();
  stage.struck(way.losses);
}
