import type { NumberCap } from '../../campaigns/index.js';
import type { CallingWindow, RulePackName } from '../../compliance/index.js';
import type { BlockedReason } from '../../leads/index.js';
import type { Tx } from '../../database/index.js';

/** What is known of a lead whose turn has come. */
export interface CandidateLead {
  id: string;
  /** E.164. */
  phoneNumber: string;
  /** IANA; null: any its number can be in. */
  timezone: string | null;
  /** Its number must not be called. */
  isSuppressed: boolean;
}

/** The rules of its campaign, and the time, on the database's clock, at which it is judged. */
export interface JudgedCampaign {
  id: string;
  callingWindow: CallingWindow | null;
  rulePack: RulePackName;
  maxAttemptsPerNumber: NumberCap | null;
  now: Date;
}

/** Why a lead will never be called. */
export type FailReason = 'suppressed' | 'never_in_window' | 'unknown_zone';

/** What is to be done with a lead whose turn has come. */
export type Judgement =
  /** `dialBefore`: the call must have been placed by then; null: at any time. */
  | { kind: 'call'; dialBefore: Date | null }
  | { kind: 'wait'; until: Date; reason: BlockedReason }
  | { kind: 'fail'; reason: FailReason };

/** A lead and what is to be done with it. */
export interface Judged<L extends CandidateLead = CandidateLead> {
  lead: L;
  judgement: Judgement;
}

/** Judges one lead by what its rule has loaded. */
export type LeadRule = (lead: CandidateLead) => Judgement;

/** One rule on whether a lead may be called now. */
export interface ReadinessRule {
  /**
   * Loads what it needs to know of these leads, set-based. Null where the campaign has no such rule: that must cost no
   * statement, for it is asked at every freed slot.
   */
  prepare(
    campaign: JudgedCampaign,
    leads: CandidateLead[],
    tx?: Tx,
  ): LeadRule | null | Promise<LeadRule | null>;
}

export const MAY_CALL: Judgement = { kind: 'call', dialBefore: null };

/** Of several rules, the first that fails the lead counts, else the longest wait, else the earliest end. */
export function combined(judgements: Judgement[]): Judgement {
  return judgements.reduce(stricter, MAY_CALL);
}

function stricter(one: Judgement, other: Judgement): Judgement {
  if (one.kind === 'fail' || other.kind === 'fail') return one.kind === 'fail' ? one : other;
  if (one.kind === 'wait' && other.kind === 'wait') return other.until > one.until ? other : one;
  if (one.kind === 'wait' || other.kind === 'wait') return one.kind === 'wait' ? one : other;
  const ends = [one.dialBefore, other.dialBefore].filter((end) => end !== null);
  return { kind: 'call', dialBefore: ends.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null };
}
