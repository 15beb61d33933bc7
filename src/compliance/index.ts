export { callingAreaOf, type CallingArea } from './calling-area.js';
export { ComplianceModule } from './compliance.module.js';
export {
  PhoneNumberHooks,
  type PhoneNumberListener,
  type PhoneNumberUsageHook,
} from './phone-number-hooks.js';
export { PhoneNumberUseRepository, type PhoneNumberUse } from './phone-number-use.repository.js';
export type { PhoneNumber, RestReason } from './phone-number.entity.js';
export { parsePhoneNumber, type ParsedPhoneNumber } from './phone-number.js';
export { PhoneNumbersRepository } from './phone-numbers.repository.js';
export { SuppressionHooks, type SuppressionListener } from './suppression-hooks.js';
