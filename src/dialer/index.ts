export { CallProgressService, type CarrierNews, type Progress } from './call-progress.service.js';
export { DialerModule } from './dialer.module.js';
