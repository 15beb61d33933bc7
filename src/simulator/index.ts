export { startSimulator } from './simulator.js';
export type { Simulator, SimulatorOptions } from './simulator.js';
export { completeOdds, DEFAULT_ODDS, unitOf } from './odds.js';
export type { Odds, Outcome } from './odds.js';
export { readSettings, SettingsError } from './read-settings.js';
export { applyPatch, DEFAULT_SETTINGS } from './settings.js';
export type { MsRange, Settings, SettingsPatch } from './settings.js';
export { VirtualCarrier } from './virtual-carrier.js';
export type { CallCourse } from './virtual-carrier.js';
