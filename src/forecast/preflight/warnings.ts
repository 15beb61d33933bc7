import type { Campaign } from '../../campaigns/index.js';
import type { Scenario } from '../virtual/scenario.js';
import type { Course } from './forecaster.js';
import type { LeadCensus } from './lead-census.js';

export interface Warning {
  /** Stable, upper snake case. */
  code: string;
  message: string;
}

/** What warnings go by. */
export interface Findings {
  campaign: Campaign;
  scenario: Scenario;
  census: LeadCensus;
  expected: Course;
}

type Check = (findings: Findings) => string | null;

const CHECKS: Readonly<Record<string, Check>> = {
  NO_CALLER_ID: ({ scenario }) =>
    scenario.account.callerIds.some(({ isActive, rest }) => isActive && rest === null)
      ? null
      : 'No active number matches callerIds: nobody can be called',
  OPT_OUT_MISSING: ({ campaign }) =>
    campaign.rulePack === 'us-tcpa' && campaign.optOut === null
      ? 'The rule pack is us-tcpa and no key against further calls is offered (47 CFR 64.1200(b)(3)): set optOut'
      : null,
  LEADS_SUPPRESSED: ({ census }) => counted(census.never.get('suppressed'), 'are on the do-not-call list'),
  WINDOW_NEVER_OPENS: ({ census }) =>
    counted(census.never.get('never_in_window'), 'are in no open window within the next 400 days'),
  UNKNOWN_ZONES: ({ census }) =>
    counted(
      census.never.get('unknown_zone'),
      'have numbers of no known time zone, and no timezone of their own',
    ),
  VARIABLES_MISSING: ({ census }) => {
    const words = census.lacking.map(({ placeholder, leads }) => `${placeholder} (${leads} leads)`);
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
};

export function warningsOf(findings: Findings): Warning[] {
  return Object.entries(CHECKS).flatMap(([code, check]) => {
    const message = check(findings);
    return message === null ? [] : [{ code, message }];
  });
}

function counted(leads: number | undefined, words: string): string | null {
  return leads ? `${leads} leads ${words}` : null;
}
