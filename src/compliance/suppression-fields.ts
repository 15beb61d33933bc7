import { invalidInput, maskPhone, newId } from '../common/index.js';
import type { Change } from '../journal/index.js';
import { parsePhoneNumber } from './phone-number.js';
import type { NewSuppression } from './suppressions.repository.js';

/** What is said of the numbers of one request. */
export interface SuppressionFields {
  /** Absent or null: for every campaign. */
  campaignId?: string | null;
  /** ISO 3166, lets national numbers in; else the campaign's own default country. */
  country?: string | null;
  reason?: string | null;
  source?: string | null;
  /** Absent or null: for good. */
  expiresAt?: Date | null;
}

/** Characters. */
export const MAX_REASON = 500;
export const MAX_SOURCE = 100;

/** More than a person corrects by hand. */
export const MAX_ERRORS = 100;

type Details = Pick<SuppressionFields, 'reason' | 'source' | 'expiresAt'>;

/** A suppression of one number as somebody wrote it, or the sentence that says why it cannot be one. */
export function makeSuppression(
  text: string,
  country: string | null,
  details: Details,
): { ok: true; entry: NewSuppression } | { ok: false; reason: string } {
  const number = parsePhoneNumber(text, country);
  if (!number.ok) return number;
  const { reason, source, expiresAt } = details;
  const entry = {
    id: newId(),
    phoneNumber: number.e164,
    reason: reason?.trim() || null,
    source: source?.trim() || null,
    expiresAt: expiresAt ?? null,
  };
  return { ok: true, entry };
}

/** One entry, as the audit log tells it: a reason may name a person, so it stays where that person can be erased. */
export function addition(campaignId: string | null, entry: NewSuppression, isNew: boolean): Change {
  const { id, phoneNumber, source, expiresAt } = entry;
  return {
    action: isNew ? 'suppression.added' : 'suppression.renewed',
    entity: 'suppression',
    entityId: isNew ? id : null,
    campaignId,
    after: { phoneNumber: maskPhone(phoneNumber), campaignId, source, expiresAt },
  };
}

/** One that has ended before it begins is a mistake. @throws DomainError `VALIDATION_FAILED` */
export function refusePast(expiresAt: Date | null | undefined, now: Date): void {
  if (!expiresAt || expiresAt > now) return;
  throw invalidInput([{ field: 'expiresAt', message: 'expiresAt must be in the future' }]);
}
