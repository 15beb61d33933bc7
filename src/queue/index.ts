export { HitCounter, type Hits } from './hit-counter.js';
export { QueueModule } from './queue.module.js';
export { checkReadiness } from './ready-check.js';
