export { startSimulator } from './simulator.js';
export type { Simulator, SimulatorOptions } from './simulator.js';
export { completeOdds, DEFAULT_ODDS, drawMs, drawOutcome, OUTCOMES } from './odds.js';
export type { DrawKey, Odds, Outcome } from './odds.js';
