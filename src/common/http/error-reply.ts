import { HttpException } from '@nestjs/common';
import { DomainError, type ErrorKind, type FieldError } from '../errors.js';
import { codeOfStatus } from './error-replies.js';
import { knownFailureOf, RETRY_AFTER_S } from './known-failures.js';

/** The envelope of a refusal. */
interface ErrorBody {
  success: false;
  error: string;
  /** Always there and always a string. */
  details: string;
  code: string;
  errors?: FieldError[];
}

export interface Reply {
  status: number;
  body: ErrorBody;
  /** Seconds for `Retry-After`. */
  retryAfter?: number;
  /** Nobody expected it: it is logged with its stack, and its words stay inside. */
  isUnexpected: boolean;
}

const STATUS: Record<ErrorKind, number> = {
  rule: 400,
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  too_large: 413,
  too_slow: 408,
  wrong_type: 415,
  too_many: 429,
  conflict: 409,
  misdirected: 421,
  unprocessable: 422,
  unavailable: 503,
};

/** What Express's parsers call their refusals (`type` of an http-error), in our codes. */
const PARSER_REFUSALS: Record<string, [ErrorKind, string, string]> = {
  'entity.parse.failed': ['invalid', 'BROKEN_JSON', 'The body is not valid JSON'],
  'entity.too.large': ['too_large', 'BODY_TOO_LARGE', 'The body is too large'],
  'charset.unsupported': ['wrong_type', 'WRONG_CONTENT_TYPE', 'Unsupported charset'],
  'encoding.unsupported': ['wrong_type', 'WRONG_CONTENT_TYPE', 'Unsupported content encoding'],
};

const MULTIPART_WORDS = /^(multipart:|unexpected end of form|malformed part header|malformed content type)/i;

/** The envelope and the status of any error at all. */
export function replyOf(error: unknown): Reply {
  const refusal =
    error instanceof DomainError
      ? error
      : (fromHttp(error) ?? fromParser(error) ?? knownFailureOf(error) ?? fromMultipart(error));
  if (refusal instanceof DomainError) return fromDomain(refusal);
  return refusal ?? plain(500, 'INTERNAL_ERROR', 'Internal server error', 'Something went wrong on our side');
}

function fromDomain(error: DomainError): Reply {
  const status = STATUS[error.kind];
  const reply = plain(status, error.code, error.message, error.details ?? error.message);
  if (error.errors) reply.body.errors = error.errors;
  const retryAfter = error.retryAfterS ?? (status === 503 ? RETRY_AFTER_S : undefined);
  return retryAfter === undefined ? reply : { ...reply, retryAfter };
}

/** Errors of Nest itself: no such route, a limit, a broken URL. Our own rooms throw DomainErrors. */
function fromHttp(error: unknown): Reply | undefined {
  if (!(error instanceof HttpException)) return undefined;
  const status = error.getStatus();
  if (status === 404)
    return plain(
      404,
      'ROUTE_NOT_FOUND',
      'Not found',
      `There is no such route: ${error.message.slice(0, 200)}`,
    );
  if (status === 429)
    return plain(429, 'RATE_LIMITED', 'Too many requests', 'Wait as long as Retry-After says');
  if (status === 413) return plain(413, 'BODY_TOO_LARGE', 'The body is too large', error.message);
  if (status === 415) return plain(415, 'WRONG_CONTENT_TYPE', 'Unsupported content type', error.message);
  if (status >= 500)
    return status === 503
      ? { ...plain(503, 'UNAVAILABLE', 'Unavailable', error.message), retryAfter: RETRY_AFTER_S }
      : undefined;
  const code = status === 400 ? 'BAD_REQUEST' : codeOfStatus(status);
  return plain(status, code, error.message || 'Bad request', error.message || 'Bad request');
}

/** Errors of Express, body-parser and their kin: http-errors with a 4xx `status`, and broken percent-encoding. */
function fromParser(error: unknown): DomainError | undefined {
  if (error instanceof URIError) {
    return new DomainError('invalid', 'BAD_REQUEST', 'The URL cannot be read', error.message);
  }
  if (!(error instanceof Error) || !('expose' in error && error.expose === true && 'status' in error)) {
    return undefined;
  }
  const type = 'type' in error && typeof error.type === 'string' ? error.type : '';
  const [kind, code, words] = PARSER_REFUSALS[type] ?? kindOf(error.status);
  return new DomainError(kind, code, words, error.message);
}

function kindOf(status: unknown): [ErrorKind, string, string] {
  if (status === 404) return ['not_found', 'ROUTE_NOT_FOUND', 'Not found'];
  return ['invalid', 'BAD_REQUEST', 'The request cannot be read'];
}

/** Errors of multer and of the multipart parser under it. */
function fromMultipart(error: unknown): DomainError | undefined {
  if (!(error instanceof Error)) return undefined;
  const isTooLarge = 'code' in error && error.code === 'LIMIT_FILE_SIZE';
  if (isTooLarge) return new DomainError('too_large', 'FILE_TOO_LARGE', 'The file is too large');
  if (error.name !== 'MulterError' && !MULTIPART_WORDS.test(error.message)) return undefined;
  return new DomainError('invalid', 'BROKEN_MULTIPART', 'The multipart body cannot be read', error.message);
}

function plain(status: number, code: string, error: string, details: string): Reply {
  return { status, body: { success: false, error, details, code }, isUnexpected: status === 500 };
}
