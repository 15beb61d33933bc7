import { DomainError, ruleError } from '../common/index.js';

/** The campaign has a lead with this number already. */
export function duplicateLead(): DomainError {
  return ruleError('DUPLICATE_LEAD', 'The campaign already has a lead with this phone number');
}

/** @param reason the sentence of `parsePhoneNumber` */
export function invalidPhoneNumber(reason: string): DomainError {
  return new DomainError('invalid', 'INVALID_PHONE_NUMBER', 'Invalid phone number', reason, [
    { field: 'phoneNumber', message: reason },
  ]);
}
