export { CarrierDoor } from './carrier-door.js';
export { WebhooksModule } from './webhooks.module.js';
