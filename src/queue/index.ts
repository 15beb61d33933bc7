export { HitCounter, type Hits } from './hit-counter.js';
export { gatherWrites } from './gathered-writes.js';
export { QueueModule } from './queue.module.js';
export { checkReadiness } from './ready-check.js';
