/** What sort of refusal an error is; the HTTP layer maps each sort to one status code. */
export type ErrorKind =
  | 'rule'
  | 'invalid'
  | 'not_found'
  | 'unauthorized'
  | 'forbidden'
  | 'too_large'
  | 'too_slow'
  | 'wrong_type'
  | 'too_many'
  | 'conflict'
  | 'misdirected'
  | 'unprocessable'
  | 'unavailable';

export interface FieldError {
  /** Path of the field in the request, e.g. `leads.3.phoneNumber`. */
  field: string;
  message: string;
}

/** A refusal with a stable, machine-readable code. Everything the API refuses on purpose is one of these. */
export class DomainError extends Error {
  constructor(
    readonly kind: ErrorKind,
    /** Stable, upper snake case: `CAMPAIGN_ACTIVE`. */
    readonly code: string,
    message: string,
    /** One more sentence for a person: what to do about it. */
    readonly details?: string,
    readonly errors?: FieldError[],
    /** Seconds after which it is worth trying again. */
    readonly retryAfterS?: number,
  ) {
    super(message);
    this.name = 'DomainError';
  }
}

/** A rule of the product says no (400). */
export function ruleError(code: string, message: string, details?: string): DomainError {
  return new DomainError('rule', code, message, details);
}

/** There is no such thing, or its id is malformed, or it belongs to somebody else (404). */
export function notFound(what: string): DomainError {
  return new DomainError(
    'not_found',
    `${what.toUpperCase().replaceAll(' ', '_')}_NOT_FOUND`,
    `${what} not found`,
  );
}

/** The input is wrong (400), field by field; long names are cut. */
export function invalidInput(wrong: FieldError[], summary?: string): DomainError {
  const errors = wrong.map(({ field, message }) => ({
    field: shortened(field),
    message: shortened(message),
  }));
  const details = summary ?? errors.map((e) => e.message).join('; ');
  return new DomainError('invalid', 'VALIDATION_FAILED', 'Validation failed', details, errors);
}

/** Unknown names come from the request and may be megabytes, but what is said of them is for a person. Characters. */
const LONGEST = 250;
const START = 150;

/** Cut in the middle: the path begins it, the complaint ends it. */
function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, START)}…${text.slice(START - LONGEST + 1)}`;
}
