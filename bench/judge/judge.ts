import { docketOf } from './docket.js';
import type { Evidence, Rule, Violation } from './evidence.js';
import { budget } from './rules/budget.js';
import { counters } from './rules/counters.js';
import { endings } from './rules/endings.js';
import { halts } from './rules/halts.js';
import { leads } from './rules/leads.js';
import { onePlacement } from './rules/one-placement.js';
import { oneCallPerNumber, openLimits } from './rules/open-calls.js';
import { pace } from './rules/pace.js';
import { suppressions } from './rules/suppressions.js';

const RULES: readonly Rule[] = [
  onePlacement,
  oneCallPerNumber,
  openLimits,
  pace,
  halts,
  suppressions,
  budget,
  leads,
  endings,
  counters,
];

/**
 * Holds what a run left behind against the invariants of the design document, by their numbers. Pure, and it
 * restates each rule instead of asking the product for it: one bug must not pass both.
 * (8, that Redis can be lost, is what a run does to the product; 10 is measured elsewhere.)
 */
export function judge(evidence: Evidence): Violation[] {
  const docket = docketOf(evidence);
  return RULES.flatMap((rule) => rule(docket));
}
