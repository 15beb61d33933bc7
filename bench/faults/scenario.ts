import type { Stage } from './stage.js';
import type { Outages } from './site.js';

/** How much a run throws at the product. */
export interface Measure {
  /** Random kill -9. */
  kills: number;
  /** Calls that the kills must meet. */
  calls: number;
  /** Kills at each labelled point. */
  perCheckpoint: number;
  /** Calls for each kind of carrier fault. */
  carrierCalls: number;
  callbackCalls: number;
  /** Restarts of Redis; half as many of Postgres. */
  restarts: number;
  suspensions: number;
  /** How long a service is gone where it is gone for long. Seconds. */
  awayS: number;
  /** Answers of Postgres that get lost. */
  lostAnswers: number;
  /** Seconds of operators' hammering. */
  hammerS: number;
}

/** One kind of trouble, `outages` of the services among it. It returns when the last fault has struck; the campaigns then complete by themselves. */
export interface FaultScenario {
  name: string;
  /** What happens, as a sentence. */
  words: string;
  play(stage: Stage, measure: Measure, outages: Outages): Promise<void>;
}
