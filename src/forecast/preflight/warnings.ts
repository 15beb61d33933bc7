import type { Campaign } from '../../campaigns/index.js';
import type { FailReason } from '../../dialer/index.js';
import type { Scenario } from '../virtual/scenario.js';
import type { Course } from './forecaster.js';
import type { LeadCensus } from './lead-census.js';

export interface Warning {
  code: WarningCode;
  message: string;
}

/** What warnings go by. */
export interface Findings {
  campaign: Campaign;
  scenario: Scenario;
  census: LeadCensus;
  /** Leads that each of the counted ones stands for; 1: all were. */
  weight: number;
  expected: Course;
}

type Check = (findings: Findings) => string | null;

/** By their codes, which are stable. */
const CHECKS = {
  NO_LEADS: ({ scenario }) =>
    scenario.leads.length === 0 ? 'No lead is pending: there is nobody to call' : null,
  NO_CALLER_ID: ({ scenario }) =>
    scenario.account.callerIds.some(({ isActive, rest }) => isActive && rest === null)
      ? null
      : 'No active number matches callerIds: nobody can be called',
  OPT_OUT_MISSING: ({ campaign }) =>
    campaign.rulePack === 'us-tcpa' && campaign.optOut === null
      ? 'The rule pack is us-tcpa and no key against further calls is offered (47 CFR 64.1200(b)(3)): set optOut'
      : null,
  LEADS_SUPPRESSED: (findings) => never(findings, 'suppressed', 'on the do-not-call list'),
  WINDOW_NEVER_OPENS: (findings) =>
    never(
      findings,
      'never_in_window',
      'within 400 days callingWindow and rulePack leave no time that is open on every clock they may live by',
    ),
  UNKNOWN_ZONES: (findings) =>
    never(
      findings,
      'unknown_zone',
      'their numbers are of no known time zone, and they have no timezone of their own',
    ),
  VARIABLES_MISSING: ({ census, weight }) => {
    const leadsOf = new Map(census.lacking.map(({ placeholder, leads }) => [placeholder, leads]));
    const words = [...leadsOf].map(
      ([placeholder, leads]) => `{{${placeholder}}} (${countOf(leads, weight)}${hintOn(placeholder)})`,
    );
    return words.length > 0 ? `What is said speaks of what leads lack: ${words.join(', ')}` : null;
  },
  AGENTS_BELOW_MAX_CONCURRENT: ({ scenario: { agents, campaign } }) => {
    const places = agents.reduce((sum, each) => sum + (each.isActive ? each.maxConcurrentCalls : 0), 0);
    return agents.length > 0 && places < campaign.maxConcurrent
      ? `The agents take ${places} calls at once, maxConcurrent is ${campaign.maxConcurrent}`
      : null;
  },
  ENDS_BEFORE_FINISH: ({ campaign, expected }) =>
    expected.end.status === 'stopped'
      ? `endAt (${campaign.endAt?.toISOString() ?? ''}) comes before the end: some ${expected.leftOver} leads would be left`
      : null,
  PAUSES_ITSELF: ({ expected }) =>
    expected.end.status === 'paused'
      ? `It would pause itself (${expected.end.reason}), with some ${expected.leftOver} leads left`
      : null,
  NEVER_FINISHES: ({ expected }) =>
    expected.end.status === 'stuck'
      ? `It would not come to an end (${expected.end.reason}), with some ${expected.leftOver} leads left`
      : null,
  FORECAST_CUT: ({ expected }) =>
    expected.end.status === 'cut'
      ? `The forecast was given up at ${expected.finishAt.toISOString()}, after ${expected.calls} calls: it takes too long`
      : null,
} satisfies Readonly<Record<string, Check>>;

export type WarningCode = keyof typeof CHECKS;

export const WARNING_CODES = Object.keys(CHECKS) as WarningCode[];

export function warningsOf(findings: Findings): Warning[] {
  return WARNING_CODES.flatMap((code) => {
    const message = CHECKS[code](findings);
    return message === null ? [] : [{ code, message }];
  });
}

function never({ census, weight }: Findings, reason: FailReason, why: string): string | null {
  const leads = census.never.get(reason);
  return leads ? `${countOf(leads, weight)} will never be called: ${why}` : null;
}

function hintOn(placeholder: string): string {
  const isOfLead = placeholder === 'name' || placeholder.startsWith('metadata.');
  return isOfLead ? '' : `: no field of a lead, perhaps {{metadata.${placeholder}}}`;
}

function countOf(leads: number, weight: number): string {
  const count = Math.round(leads * weight);
  return `${weight === 1 ? '' : 'about '}${count} ${count === 1 ? 'lead' : 'leads'}`;
}
