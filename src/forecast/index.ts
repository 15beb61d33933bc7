export { readSimulation, type Simulation } from './file/read-file.js';
export { ForecastModule } from './forecast.module.js';
export { hourTable, summaryText } from './file/report.js';
export type { RunResult } from './virtual/result.js';
export { playThrough } from './virtual/virtual-run.js';
