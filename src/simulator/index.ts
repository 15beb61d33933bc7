export { startSimulator } from './simulator.js';
export type { Simulator, SimulatorOptions } from './simulator.js';
export {
  /** @public for forecasts, which draw from the same odds */
  completeOdds,
  /** @public */
  DEFAULT_ODDS,
  /** @public */
  drawOutcome,
} from './odds.js';
export type { Odds, Outcome } from './odds.js';
