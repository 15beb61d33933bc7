import type { CampaignProgress } from '../../campaigns/index.js';
import type { AssumptionsResponse } from './dto/preflight.dto.js';
import type { PreflightResponse } from './dto/preflight.response.js';
import type { Course, Forecast } from './forecaster.js';
import type { LeadCensus } from './lead-census.js';
import type { Warning } from './warnings.js';

type Assumed = Pick<AssumptionsResponse, keyof AssumptionsResponse>;

interface Parts {
  totals: CampaignProgress['totals'];
  start: Date;
  census: LeadCensus;
  courses: Forecast;
  assumptions: AssumptionsResponse;
  warnings: Warning[];
  /** Leads that each of those looked at stands for. */
  weight: number;
}

/** Half the width of the interval in which a share lies in 19 of 20 cases, at most: 1.96 times the root of a quarter. */
const WORST_DEVIATION = 0.98;

/** Shares are told to so many parts of one. */
const SHARE_STEPS = 10_000;

export function toPreflight(parts: Parts): PreflightResponse {
  const { totals, start, census, courses, assumptions, warnings, weight } = parts;
  const scaled = (count: number): number => Math.round(count * weight);
  const later = countsOf(census.later, scaled);
  const never = countsOf(census.never, scaled);
  const seen = census.now + totalOf(census.later) + totalOf(census.never);
  const { pending, calling, completed, failed } = totals;
  const { end, leftOver } = courses.expected;
  return {
    leads: {
      ...{ pending, calling, completed, failed, now: scaled(census.now) },
      later: { total: scaled(totalOf(census.later)), byReason: later, nextAt: census.nextAt },
      never: { total: scaled(totalOf(census.never)), byReason: never },
      sample:
        weight === 1
          ? null
          : {
              leads: seen,
              of: pending,
              errorBound: Math.ceil((WORST_DEVIATION / Math.sqrt(seen)) * pending),
            },
    },
    missingVariables: census.lacking.map((each) => ({ ...each, leads: scaled(each.leads) })),
    forecast: {
      startAt: start,
      ...{ low: courseOf(courses.low), expected: courseOf(courses.expected), high: courseOf(courses.high) },
      ...{ end: end.status, reason: end.reason, leftOver, assumptions: roundedShares(assumptions) },
    },
    warnings,
  };
}

function roundedShares({ odds, ...others }: Assumed): Assumed {
  const shares = Object.entries(odds).map(([outcome, share]) => [
    outcome,
    Math.round(share * SHARE_STEPS) / SHARE_STEPS,
  ]);
  return { ...others, odds: Object.fromEntries(shares) as Assumed['odds'] };
}

function courseOf({ finishAt, calls, cost }: Course): PreflightResponse['forecast']['expected'] {
  return { finishAt, calls, cost };
}

function countsOf(
  counts: ReadonlyMap<string, number>,
  scaled: (count: number) => number,
): Record<string, number> {
  return Object.fromEntries([...counts].map(([reason, count]) => [reason, scaled(count)]));
}

function totalOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
