export { Batcher } from './batcher.js';
export { CHECKPOINTS, Checkpoints, DeadlyCheckpoint, NoCheckpoints, type Checkpoint } from './checkpoints.js';
export { Clock, SystemClock } from './clock.js';
export type { CursorKey, ListOrder } from './cursor.js';
export { ok, okPage, type Envelope, type ListEnvelope } from './envelope.js';
export { DomainError, invalidInput, notFound, ruleError, type ErrorKind, type FieldError } from './errors.js';
export { guardFormula, unguardFormula } from './formula.js';
export { HookRegistry } from './hooks.js';
export { isId, newId } from './ids.js';
export { InTurn } from './in-turn.js';
export { maskPhone, maskUrl } from './mask.js';
export { fromMicros, toMicros } from './money.js';
export {
  COUNT_CAP,
  batchesOf,
  cappedTotal,
  sliceOf,
  startOf,
  type Page,
  type Paged,
  type Pagination,
  type Slice,
  type Total,
} from './pagination.js';
export { readWhole } from './read-whole.js';
export {
  currentScope,
  keepScope,
  outsideScope,
  runInScope,
  type Actor,
  type RequestScope,
} from './request-scope.js';
export { isAtLeast, ROLES, type Role } from './roles.js';
export { Ticking } from './ticking.js';
export { sourcesOf, statesOf, terminalStatesOf, type TransitionTable } from './states.js';
