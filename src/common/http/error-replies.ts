/** One documented refusal, as Swagger shows it. */
interface ErrorExample {
  summary: string;
  value: { success: false; error: string; details: string; code: string; errors?: object[] };
}

interface ErrorReply {
  description: string;
  examples: Record<string, ErrorExample>;
}

/** Codes that any route may answer, with their status and words. */
const COMMON: Record<string, [status: number, words: string]> = {
  VALIDATION_FAILED: [400, 'Validation failed'],
  BROKEN_JSON: [400, 'The body is not valid JSON'],
  UNAUTHENTICATED: [401, 'Not authenticated'],
  INVALID_TOKEN: [401, 'The token is not valid'],
  TOKEN_EXPIRED: [401, 'The token has expired'],
  INVALID_CREDENTIALS: [401, 'Wrong e-mail address or password'],
  INVALID_SETUP_TOKEN: [401, 'The setup token is not valid'],
  FORBIDDEN: [403, 'Forbidden'],
  NOT_FOUND: [404, 'Not found'],
  BODY_TOO_LARGE: [413, 'The body is too large'],
  WRONG_CONTENT_TYPE: [415, 'Unsupported content type'],
  LOGIN_LOCKED: [429, 'Too many logins that failed'],
  TOO_MANY_PREFLIGHTS: [429, 'Too many preflights at once'],
  IDEMPOTENCY_KEY_IN_FLIGHT: [409, 'A request with this Idempotency-Key is being worked on'],
  IDEMPOTENT_ANSWER_LOST: [409, 'The request was done, and its answer was lost'],
  IDEMPOTENCY_KEY_REUSED: [422, 'The Idempotency-Key was used for another request'],
  RATE_LIMITED: [429, 'Too many requests'],
  INTERNAL_ERROR: [500, 'Internal server error'],
  UNAVAILABLE: [503, 'The service is not available at the moment'],
};

const WORDS: Record<number, string> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported content type',
  422: 'Unprocessable',
  429: 'Too many requests',
  500: 'Internal server error',
  503: 'Unavailable',
};

/** Groups refusals by status code, each with an example of its envelope. */
export function errorReplies(refusals: (string | number)[]): Map<number, ErrorReply> {
  const replies = new Map<number, ErrorReply>();
  for (const refusal of refusals) {
    const code = typeof refusal === 'number' ? codeOfStatus(refusal) : refusal;
    const status = typeof refusal === 'number' ? refusal : statusOfCode(refusal);
    const reply = replies.get(status) ?? { description: WORDS[status] ?? 'Refused', examples: {} };
    reply.examples[code] = exampleOf(code);
    replies.set(status, reply);
  }
  return replies;
}

/** The code a status has when nothing says more about it. */
export function codeOfStatus(status: number): string {
  const found = Object.entries(COMMON).find(([, [known]]) => known === status);
  return found?.[0] ?? (status < 500 ? 'BAD_REQUEST' : 'INTERNAL_ERROR');
}

function statusOfCode(code: string): number {
  if (code.endsWith('_NOT_FOUND')) return 404;
  if (code.endsWith('_TOO_LARGE')) return 413;
  return COMMON[code]?.[0] ?? 400;
}

function exampleOf(code: string): ErrorExample {
  const words = COMMON[code]?.[1] ?? sentence(code);
  const errors =
    code === 'VALIDATION_FAILED' ? [{ field: 'name', message: 'name must be a string' }] : undefined;
  const details = errors ? 'name must be a string' : words;
  return {
    summary: words,
    value: { success: false, error: words, details, code, ...(errors && { errors }) },
  };
}

/** `CAMPAIGN_NOT_FOUND` → `Campaign not found`. */
function sentence(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
