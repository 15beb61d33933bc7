import { DateTime } from 'luxon';
import {
  windowRulesOf,
  zonesOf,
  zonesOfNumber,
  type CallingWindow,
  type ClosedReason,
  type RulePackName,
  type Verdict,
} from '../../compliance/index.js';
import type { CandidateLead, JudgedCampaign } from '../readiness/judgement.js';

/** A clock and what a rule says by it. */
interface ClockVerdict {
  /** IANA. */
  timezone: string;
  /** ISO 8601 with the zone's offset: what a clock on the wall shows. */
  localTime: string;
  weekday: string;
  isOpen: boolean;
  /** Why it is closed. */
  reason: ClosedReason | null;
  /** When this rule by this clock alone is open next; null: it is open, or is never. */
  opensAt: Date | null;
}

/** The window, or the rule pack, by each clock that counts for it. */
export interface WindowPart {
  callingWindow: CallingWindow | null;
  rulePack: RulePackName;
  isOpen: boolean;
  /** Why it is closed: by the first of the clocks that closes it. */
  reason: ClosedReason | null;
  /** When it is open by all of the clocks; null: it is open, or never is. */
  opensAt: Date | null;
  clocks: ClockVerdict[];
}

/** Clocks shown: a number of no area may live by dozens. */
const MOST_CLOCKS = 20;

/** Window and rule pack, each by itself and by each clock, as the very rules judge them. */
export function windowParts(
  { callingWindow, rulePack, now }: JudgedCampaign,
  lead: CandidateLead,
): WindowPart[] {
  const zones = lead.timezone === null ? zonesOfNumber(lead.phoneNumber) : zonesOf(lead.timezone);
  const own = callingWindow?.timezone === 'lead' ? zones : [callingWindow?.timezone ?? 'UTC'];
  return [
    ...(callingWindow ? [partOf(callingWindow, 'none', own, now)] : []),
    ...(rulePack === 'none' ? [] : [partOf(null, rulePack, zones, now)]),
  ];
}

function partOf(
  callingWindow: CallingWindow | null,
  rulePack: RulePackName,
  zones: readonly string[],
  now: Date,
): WindowPart {
  const rules = windowRulesOf(callingWindow, rulePack);
  const verdictBy = (clocks: readonly string[]) => closing(rules?.verdict(clocks, now));
  const clocks = zones.slice(0, MOST_CLOCKS).map((timezone): ClockVerdict => {
    const local = DateTime.fromJSDate(now, { zone: timezone });
    const localTime = local.toISO({ suppressMilliseconds: true }) ?? '';
    const weekday = local.setLocale('en').toFormat('cccc');
    return { timezone, localTime, weekday, ...verdictBy(zonesOf(timezone)) };
  });
  return { callingWindow, rulePack, ...verdictBy(zones), clocks };
}

function closing(verdict?: Verdict): Pick<WindowPart, 'isOpen' | 'reason' | 'opensAt'> {
  if (!verdict || verdict.open) return { isOpen: true, reason: null, opensAt: null };
  return { isOpen: false, reason: verdict.reason, opensAt: verdict.opensAt };
}
