import { DomainError, ruleError } from '../common/index.js';

/** The campaign has a lead with this number already. */
export function duplicateLead(): DomainError {
  return ruleError('DUPLICATE_LEAD', 'The campaign already has a lead with this phone number');
}

/** Somebody talks with the person, or is about to. */
export function leadInCall(): DomainError {
  return ruleError(
    'LEAD_IN_CALL',
    'Cannot delete a lead while a call to it is in progress',
    'Wait until the call ends',
  );
}

/** @param reason the sentence of `parsePhoneNumber` */
export function invalidPhoneNumber(reason: string): DomainError {
  return new DomainError('invalid', 'INVALID_PHONE_NUMBER', 'Invalid phone number', reason, [
    { field: 'phoneNumber', message: reason },
  ]);
}
