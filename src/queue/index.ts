export { QueueModule } from './queue.module.js';
export { checkReadiness } from './ready-check.js';
