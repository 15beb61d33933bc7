import type { ScenarioLead } from '../virtual/scenario.js';

/** A lead that nobody has called yet. @param phoneNumber E.164 */
export function freshLead(
  phoneNumber: string,
  { timezone = null, priority = 0 }: { timezone?: string | null; priority?: number } = {},
): ScenarioLead {
  return { phoneNumber, timezone, priority, attempts: 0, isSuppressed: false, waits: null };
}
