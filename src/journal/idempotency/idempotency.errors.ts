import { DomainError } from '../../common/index.js';

export function invalidKey(): DomainError {
  return new DomainError(
    'invalid',
    'IDEMPOTENCY_KEY_INVALID',
    'The Idempotency-Key cannot be used',
    'Send one key of 1 to 255 visible ASCII characters, e.g. a UUID',
  );
}

export function keyReused(): DomainError {
  return new DomainError(
    'unprocessable',
    'IDEMPOTENCY_KEY_REUSED',
    'The Idempotency-Key was used for another request',
    'A key stands for one request: the same path, query and body. Take a new key for a new request',
  );
}

export function inFlight(): DomainError {
  return new DomainError(
    'conflict',
    'IDEMPOTENCY_KEY_IN_FLIGHT',
    'A request with this Idempotency-Key is being worked on',
    'Wait as long as Retry-After says, then send it again with the same key',
  );
}

/** @param done `campaign.created <id>` */
export function answerLost(done: string): DomainError {
  return new DomainError(
    'conflict',
    'IDEMPOTENT_ANSWER_LOST',
    'The request with this Idempotency-Key was done, and is not done again; its answer was lost',
    `What was done: ${done}`,
  );
}
