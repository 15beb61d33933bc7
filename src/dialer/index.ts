export { CallProgressService, type CarrierNews, type Progress } from './call-progress.service.js';
export { DialerModule } from './dialer.module.js';
export { combined, MAY_CALL, type Judgement } from './readiness/judgement.js';
export { judgementOf } from './readiness/window.rule.js';
export { judgeCarrier, isServerFailure, type BreakerSettings } from './rules/breaker.js';
export { allowanceOf, callsLeft, costOf, reserveFor, type Budget } from './rules/budget.js';
export {
  assignCallerIds,
  obstacleOfAll,
  roomOf,
  type CallerId,
  type CallerIdPool,
  type NoCallerId,
} from './rules/caller-id.js';
export { outcomeOf, refused, sureVerdict, verdictOf, WITHDRAWN, type LeadVerdict } from './rules/ending.js';
export { cappedBy } from './rules/number-cap.js';
export { Rates, type RateTable } from './rules/rates.js';
export { shareOut } from './rules/shares.js';
export { deadEndOf } from './rules/sip.js';
export { chooseAgents, freeSlots, type AgentLoad, type SlotLimits } from './rules/slots.js';
export { CallerIds } from './caller-ids.service.js';
export type { CandidateLead, FailReason, Judged, JudgedCampaign } from './readiness/judgement.js';
export { ReadinessJudge } from './readiness/readiness-judge.js';
export { isAmongSuppressed } from './suppressed.js';
