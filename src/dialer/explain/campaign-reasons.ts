import { nextStartOf, type Campaign } from '../../campaigns/index.js';
import { fromMicros } from '../../common/index.js';
import { windowRulesOf } from '../../compliance/index.js';
import type { AccountClaim } from '../account-shares.js';
import { allowanceOf, callsLeft, type Budget, type BudgetUse } from '../rules/budget.js';
import { obstacleOf, obstacleOfAll, type CallerIdPool } from '../rules/caller-id.js';
import type { Account } from '../rules/shares.js';
import { remaindersOf, type SlotLimits, type SlotReason } from '../rules/slots.js';
import { REASONS, standing, waitUntil, type Reason } from './reasons.js';

/** Numbers, or campaigns, shown as evidence. */
const MOST_SHOWN = 20;

/** When turns come next; null: none was ever taken. */
export interface NextTurns {
  campaign: Date | null;
  account: Date | null;
}

/** Why nothing of a campaign is called by its life: none while it is active and not at its end. */
export function lifeReasons(campaign: Campaign, now: Date): Reason[] {
  const { status, pausedReason, stoppedReason, startedAt, completedAt } = campaign;
  const nextStart = nextStartOf(campaign);
  switch (status) {
    case 'draft':
      return [standing('campaign_draft', 'by_somebody', { status, pausedReason })];
    case 'scheduled':
      return [atStart('campaign_scheduled', nextStart, { status })];
    case 'paused':
      return [pausedBy(campaign)];
    case 'stopped':
      return [atStart('campaign_stopped', nextStart, { status, stoppedReason })];
    case 'completed':
      return [atStart('campaign_completed', nextStart, { status, startedAt, completedAt })];
    case 'active':
      return endReasons(campaign, now);
  }
}

function pausedBy({ status, pausedReason }: Campaign): Reason {
  if (!pausedReason) return standing('campaign_paused', 'by_somebody', { status });
  const message = `${REASONS.campaign_paused_itself}: ${pausedReason.message}`;
  return standing('campaign_paused_itself', 'by_somebody', { status, pausedReason }, message);
}

function atStart(
  code: 'campaign_scheduled' | 'campaign_stopped' | 'campaign_completed' | 'campaign_end_passed',
  at: Date | null,
  evidence: object,
): Reason {
  const shown = { ...evidence, nextStartAt: at };
  return at ? waitUntil(code, at, shown) : standing(code, 'by_somebody', shown);
}

/** The placement's guard compares the same two instants with the database's clock. The tick stops it; its next run begins by itself. */
function endReasons(campaign: Campaign, now: Date): Reason[] {
  const { endAt, runEndsAt } = campaign;
  const ends = [endAt, runEndsAt].filter((end) => end !== null && end <= now);
  return ends.length > 0 ? [atStart('campaign_end_passed', nextStartOf(campaign), { endAt, runEndsAt })] : [];
}

/** Why a campaign leaves its leads alone: its own clock, or a window that is new, which only an active one puts to use. */
export function windowReasons(campaign: Campaign, now: Date): Reason[] {
  const { status, callingWindow, rulePack, wakesAt, hasNewWindow } = campaign;
  const isJudging = hasNewWindow && status === 'active';
  const reasons = isJudging ? [standing('window_changed', 'by_itself', { callingWindow, rulePack })] : [];
  const verdict = windowRulesOf(callingWindow, rulePack)?.verdictOnAll(now);
  if (verdict && !verdict.open) {
    const evidence = { verdict: verdict.reason, callingWindow, wakesAt };
    return [
      ...reasons,
      verdict.opensAt
        ? waitUntil('campaign_asleep', verdict.opensAt, evidence)
        : standing('campaign_asleep', 'never', evidence),
    ];
  }
  // It was put to sleep by a window that has opened: the next tick wakes it.
  return wakesAt && wakesAt > now
    ? [...reasons, waitUntil('campaign_asleep', wakesAt, { wakesAt })]
    : reasons;
}

/** The limits that leave no slot, each by its own remainder. */
export function slotReasons(limits: SlotLimits, turns: NextTurns): Reason[] {
  const full = remaindersOf(limits).filter(({ free }) => free <= 0);
  return full.map(({ reason }) => {
    const ends = reason === 'agents_inactive' ? 'by_somebody' : 'by_itself';
    return standing(reason, ends, evidenceOf(reason, limits, turns));
  });
}

function evidenceOf(reason: SlotReason, limits: SlotLimits, turns: NextTurns): Record<string, unknown> {
  const { maxConcurrent, open, queued, callDelay, agents, cps } = limits;
  switch (reason) {
    case 'slots_full':
      return { maxConcurrent, openCalls: open };
    case 'agents_full':
    case 'agents_inactive':
      return { agents };
    case 'call_delay':
      return { callDelay, queuedCalls: queued, nextTurnAt: turns.campaign };
    case 'account_cps':
      return { CARRIER_CPS: cps, queuedCalls: queued, nextTurnAt: turns.account };
  }
}

/**
 * Why the account leaves the campaign no slot.
 * @param claim what a claim of at least one slot would be granted
 * @param shown whom it may tell of
 */
export function accountReasons(claim: AccountClaim, shown: readonly Account[], cap: number): Reason[] {
  if (claim.granted > 0) return [];
  const isFull = openOf(claim.accounts) >= cap;
  const openCalls = openOf(shown);
  const campaigns = shown.slice(0, MOST_SHOWN).map(({ id, weight, open, demand }) => {
    return { campaignId: id, weight, openCalls: open, wanted: demand };
  });
  const evidence = { CARRIER_MAX_CONCURRENT: cap, openCalls, campaigns };
  return [standing(isFull ? 'account_full' : 'account_share', 'by_itself', evidence)];
}

/**
 * Why the campaign's limits leave nothing to a call.
 * @param reserve what the call may cost at most, micros
 */
export function budgetReasons(budget: Budget, use: BudgetUse, reserve: number): Reason[] {
  const { calls, reached } = allowanceOf(budget, use, [reserve]);
  if (calls > 0) return [];
  const ends = reached ? 'by_somebody' : 'by_itself';
  const { maxCalls, maxSpend } = budget;
  const { placed, open, spent, reserved } = use;
  if (callsLeft(budget, use) === 0) {
    return [standing('max_calls', ends, { maxCalls, placedCalls: placed, openCalls: open })];
  }
  const amounts = { estimatedSpend: spent, setAside: reserved, callMayCost: reserve };
  const shown = Object.entries(amounts).map(([name, micros]) => [name, fromMicros(micros)] as const);
  return [standing('max_spend', ends, { maxSpend: fromMicros(maxSpend ?? 0), ...Object.fromEntries(shown) })];
}

/** Why there is no number to call from. */
export function callerIdReasons(pool: CallerIdPool): Reason[] {
  const obstacle = obstacleOfAll(pool);
  if (!obstacle) return [];
  const numbers = pool.ids.slice(0, MOST_SHOWN).map((id) => {
    const { number, isActive, rest, dailyCap, usedToday, cps, queued } = id;
    return { phoneNumber: number, ...obstacleOf(id, pool), isActive, rest, dailyCap, usedToday, cps, queued };
  });
  const evidence = { numbers, isComplete: pool.ids.length <= MOST_SHOWN };
  if (obstacle.until) return [waitUntil(obstacle.reason, obstacle.until, evidence)];
  return [standing(obstacle.reason, 'by_somebody', evidence)];
}

function openOf(accounts: readonly Account[]): number {
  return accounts.reduce((sum, { open }) => sum + open, 0);
}
