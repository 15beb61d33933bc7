export type { NewCallEvent } from './call-event.js';
export { CallMovesRepository, type CallNews, type Consequences } from './call-moves.repository.js';
export { isTerminal, type CallOutcome, type CallStatus } from './call.states.js';
export { CallsModule } from './calls.module.js';
export { Call } from './call.entity.js';
export { toCallResponse } from './dto/call.response.js';
export { CallsRepository, type CallRow } from './calls.repository.js';
