import type { NumberCap } from '../../campaigns/index.js';
import { CLOSED_REASONS } from '../../compliance/index.js';
import type { Lead, LeadCall } from '../../leads/index.js';
import type { CountedCall } from '../number-cap.repository.js';
import type { Judgement } from '../readiness/judgement.js';
import type { OpenCall, SuppressionEntry } from './explain.repository.js';
import { REASONS, standing, waitUntil, type Reason, type ReasonCode } from './reasons.js';
import type { WindowPart } from './window-evidence.js';

/** What is known of a pending lead, at one instant. */
export interface PendingFacts {
  lead: Pick<
    Lead,
    'phoneNumber' | 'timezone' | 'attempts' | 'lastAttemptAt' | 'nextAttemptAt' | 'blockedReason'
  >;
  now: Date;
  /** What is written down of the old window holds no more. */
  hasNewWindow: boolean;
  /** What each rule of the readiness judge says. */
  judgements: Judgement[];
  windows: WindowPart[];
  suppressions: SuppressionEntry[];
  cap: NumberCap | null;
  counted: CountedCall[];
  /** The call that its number is in. */
  otherCall: OpenCall | null;
  /** Newest first. */
  lastCalls: LeadCall[];
  /** How calls are retried. */
  retries: Record<string, unknown>;
}

/** Every reason of the lead's own, in no order. */
export function pendingReasons(facts: PendingFacts): Reason[] {
  const judged = facts.judgements.flatMap((judgement) => judgedReason(judgement, facts));
  const live = [...judged, ...otherWindows(judged, facts), ...busyReason(facts)];
  return [...live, ...storedReason(live, facts)];
}

function judgedReason(judgement: Judgement, facts: PendingFacts): Reason[] {
  switch (judgement.kind) {
    case 'call':
      return [];
    case 'wait':
      return [waitUntil(judgement.reason, judgement.until, evidenceOf(judgement.reason, facts))];
    case 'fail':
      return [standing(judgement.reason, 'never', evidenceOf(judgement.reason, facts))];
  }
}

function evidenceOf(code: ReasonCode, facts: PendingFacts): Record<string, unknown> {
  const { lead, suppressions, cap, counted, windows } = facts;
  switch (code) {
    case 'suppressed':
      return { phoneNumber: lead.phoneNumber, suppressions };
    case 'number_cap':
      return { maxAttemptsPerNumber: cap, countedCalls: counted };
    case 'retry_wait':
      return retryEvidence(facts);
    case 'number_busy':
      return { call: facts.otherCall };
    default:
      return { timezoneFrom: lead.timezone === null ? 'number' : 'lead', windows };
  }
}

/** The judge tells one reason of window and pack together: the other one may be closed too. */
function otherWindows(judged: Reason[], { windows }: PendingFacts): Reason[] {
  return windows.flatMap((part) => {
    const { reason, opensAt } = part;
    if (reason === null || opensAt === null || judged.some(({ code }) => code === reason)) return [];
    return [waitUntil(reason, opensAt, { windows: [part] })];
  });
}

function busyReason({ otherCall }: PendingFacts): Reason[] {
  return otherCall ? [standing('number_busy', 'by_itself', { call: otherCall })] : [];
}

/** What is written down of the lead, where nothing of now says the same: a wait is not looked at before its time. */
function storedReason(live: Reason[], facts: PendingFacts): Reason[] {
  const { blockedReason: code, nextAttemptAt } = facts.lead;
  if (code === null || nextAttemptAt === null || live.some((reason) => reason.code === code)) return [];
  if (facts.hasNewWindow && CLOSED_REASONS.some((closed) => closed === code)) return [];
  const evidence = { ...evidenceOf(code, facts), nextAttemptAt };
  if (nextAttemptAt > facts.now) return [waitUntil(code, nextAttemptAt, evidence)];
  const message = `${REASONS[code]}: that is over, and the lead is made ready within a second or so`;
  return [standing(code, 'by_itself', evidence, message)];
}

function retryEvidence({ lead, lastCalls, retries }: PendingFacts): Record<string, unknown> {
  const { attempts, lastAttemptAt } = lead;
  return { attempts, lastAttemptAt, lastCalls: lastCalls.map(callEvidence), ...retries };
}

/** A call as evidence. */
export function callEvidence({ id, attempt, status, outcome, errorCode, endedAt }: LeadCall): object {
  return { id, attempt, status, outcome, errorCode, endedAt };
}
