export { callingAreaOf, type CallingArea } from './calling-area.js';
export { ComplianceModule } from './compliance.module.js';
export { CreatePhoneNumberDto } from './dto/create-phone-number.dto.js';
export { OptOuts, type Suppress } from './opt-outs.js';
export {
  PhoneNumberHooks,
  type PhoneNumberListener,
  type PhoneNumberUsageHook,
} from './phone-number-hooks.js';
export { PhoneNumberUseRepository, type PhoneNumberUse } from './phone-number-use.repository.js';
export type { PhoneNumber, RestReason } from './phone-number.entity.js';
export { parsePhoneNumber, type ParsedPhoneNumber } from './phone-number.js';
export { PhoneNumberRests } from './phone-number-rests.service.js';
export { PhoneNumbersRepository } from './phone-numbers.repository.js';
export { SuppressionHooks, type SuppressionListener } from './suppression-hooks.js';
export {
  CLOSED_REASONS,
  WEEKDAYS,
  type CallingWindow,
  type ClosedReason,
  type Verdict,
  type Weekday,
} from './windows/calling-window.js';
export { zonesOf, zonesOfNumber, type Zones } from './windows/number-zones.js';
export { RULE_PACK_NAMES, type RulePackName } from './windows/rule-packs.js';
export { problemOfWindow } from './windows/window-check.js';
export { windowRulesOf, type WindowRules } from './windows/window-rules.js';
export { isTimeZone, zoneNamed } from './windows/zone-clock.js';
