export { ComplianceModule } from './compliance.module.js';
export { OptOuts, type Suppress } from './opt-outs.js';
export { parsePhoneNumber, type ParsedPhoneNumber } from './phone-number.js';
export { SuppressionHooks, type SuppressionListener } from './suppression-hooks.js';
