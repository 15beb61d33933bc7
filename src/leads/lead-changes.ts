import { maskPhone } from '../common/index.js';
import { changed, type Change } from '../journal/index.js';
import type { Lead } from './lead.entity.js';

/** What the audit log may tell of a lead: the rest is a person's. */
type Told = Partial<Pick<Lead, 'phoneNumber' | 'status' | 'priority' | 'timezone'>>;

/** Changes of a lead that are told by their name only. */
const PERSONAL = ['name', 'metadata'] as const;

/** A lead that came or went. */
export function leadChange(action: string, campaignId: string, id: string): Change {
  return { action, entity: 'lead', entityId: id, campaignId };
}

/** Leads that came or went together. */
export function leadsChange(action: string, campaignId: string, details: object): Change {
  return { action, entity: 'lead', campaignId, details };
}

/** A lead as it is told: ids and masked numbers, so that erasing a person leaves nothing of them in the log. */
export function toldOf({ phoneNumber, status, priority, timezone }: Told): object {
  return { ...(phoneNumber && { phoneNumber: maskPhone(phoneNumber) }), status, priority, timezone };
}

/** Before and after of an update, with the names of the personal fields it changed. */
export function toldUpdate(was: Lead, changes: Partial<Lead>): Pick<Change, 'before' | 'after' | 'details'> {
  const personal = PERSONAL.filter(
    (name) => Object.keys(changed(was, { [name]: changes[name] }).after ?? {}).length,
  );
  const details = personal.length > 0 ? { personal } : null;
  return { ...changed(toldOf(was), toldOf(changes)), details };
}
