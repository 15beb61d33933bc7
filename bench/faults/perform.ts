import type { Crew } from './crew.js';
import type { FaultScenario, Measure } from './scenario.js';
import type { Outages, Site } from './site.js';
import { Stage } from './stage.js';
import { verdictOn, type Verdict } from './verdict.js';

/** After the last fault a run has this long to complete. Milliseconds. */
const SETTLE_MS = 90_000;

export interface Performance {
  site: Site;
  /** Missing where the services are not the run's own: then no scenario may ask for one. */
  outages?: Outages;
  crew: Crew;
  apiUrl: string;
  seed: number;
  measure: Measure;
  signal: AbortSignal;
}

const refuse = (): Promise<never> => Promise.reject(new Error('The services are shared: they stay'));
const NONE: Outages = { postgres: refuse, redis: refuse, flush: refuse };

/** Plays one scenario to its end and has it judged. */
export async function perform(scenario: FaultScenario, show: Performance): Promise<Verdict> {
  const begun = performance.now();
  const stage = new Stage(show);
  try {
    await show.crew.ready(show.signal);
    await stage.clear();
    await scenario.play(stage, show.measure, show.outages ?? NONE);
    await stage.settled(SETTLE_MS);
    return await verdictOn(scenario.name, stage, performance.now() - begun);
  } finally {
    await stage.close();
  }
}
