import {
  BadRequestException,
  HttpException,
  InternalServerErrorException,
  NotFoundException,
} from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { DomainError, invalidInput, notFound, ruleError } from '../errors.js';
import { replyOf } from './error-reply.js';

function withCode(code: string, message = 'inner words', name = 'Error'): Error {
  return Object.assign(new Error(message), { code, name });
}

/** As TypeORM wraps what the driver threw. */
function queryFailed(code: string): Error {
  return Object.assign(new Error('inner words'), { driverError: withCode(code) });
}

function parserError(status: number, type?: string): Error {
  return Object.assign(new Error('what the parser says'), { status, expose: true, ...(type && { type }) });
}

const cases: [what: string, error: unknown, status: number, code: string][] = [
  ['a rule', ruleError('CAMPAIGN_ACTIVE', 'Active'), 400, 'CAMPAIGN_ACTIVE'],
  ['wrong input', invalidInput([{ field: 'name', message: 'wrong' }]), 400, 'VALIDATION_FAILED'],
  ['nothing there', notFound('Call event'), 404, 'CALL_EVENT_NOT_FOUND'],
  ['a stranger', new DomainError('unauthorized', 'UNAUTHORIZED', 'Who?'), 401, 'UNAUTHORIZED'],
  ['no right', new DomainError('forbidden', 'FORBIDDEN', 'No'), 403, 'FORBIDDEN'],
  ['a large file', new DomainError('too_large', 'FILE_TOO_LARGE', 'No'), 413, 'FILE_TOO_LARGE'],
  ['a wrong type', new DomainError('wrong_type', 'WRONG_CONTENT_TYPE', 'No'), 415, 'WRONG_CONTENT_TYPE'],
  ['no route', new NotFoundException('Cannot GET /x'), 404, 'ROUTE_NOT_FOUND'],
  ['a throttled address', new HttpException('Slow down', 429), 429, 'RATE_LIMITED'],
  ['a bad request of Nest', new BadRequestException('Odd'), 400, 'BAD_REQUEST'],
  ['broken JSON', parserError(400, 'entity.parse.failed'), 400, 'BROKEN_JSON'],
  ['a large body', parserError(413, 'entity.too.large'), 413, 'BODY_TOO_LARGE'],
  ['a charset', parserError(415, 'charset.unsupported'), 415, 'WRONG_CONTENT_TYPE'],
  ['a static file that is not there', parserError(404), 404, 'ROUTE_NOT_FOUND'],
  ['percent-encoding', new URIError('Failed to decode param'), 400, 'BAD_REQUEST'],
  ['a large upload', withCode('LIMIT_FILE_SIZE', 'File too large', 'MulterError'), 413, 'FILE_TOO_LARGE'],
  ['an unexpected file', withCode('LIMIT_UNEXPECTED_FILE', 'Odd', 'MulterError'), 400, 'BROKEN_MULTIPART'],
  ['half a form', new Error('Unexpected end of form'), 400, 'BROKEN_MULTIPART'],
  ['Postgres refusing', withCode('ECONNREFUSED'), 503, 'UNAVAILABLE'],
  ['Postgres on two addresses', new AggregateError([withCode('ECONNREFUSED')]), 503, 'UNAVAILABLE'],
  ['Postgres stopping', queryFailed('57P01'), 503, 'UNAVAILABLE'],
  ['Postgres starting', queryFailed('57P03'), 503, 'UNAVAILABLE'],
  ['a lost connection', queryFailed('08006'), 503, 'UNAVAILABLE'],
  ['too many connections', queryFailed('53300'), 503, 'UNAVAILABLE'],
  ['a deadlock', queryFailed('40P01'), 503, 'UNAVAILABLE'],
  ['a cut connection', new Error('Connection terminated unexpectedly'), 503, 'UNAVAILABLE'],
  ['a full pool', new Error('timeout exceeded when trying to connect'), 503, 'UNAVAILABLE'],
  [
    'Redis gone',
    withCode('', 'Reached the max retries per request limit', 'MaxRetriesPerRequestError'),
    503,
    'UNAVAILABLE',
  ],
  ['Redis closed', new Error('Connection is closed.'), 503, 'UNAVAILABLE'],
  ['Redis loading', new Error('LOADING Redis is loading the dataset in memory'), 503, 'UNAVAILABLE'],
  ['a NUL in text', queryFailed('22021'), 400, 'INVALID_VALUE'],
  ['a NUL in JSON', queryFailed('22P05'), 400, 'INVALID_VALUE'],
  ['a number out of range', queryFailed('22003'), 400, 'INVALID_VALUE'],
  ['a lost race', queryFailed('23505'), 400, 'CONFLICT'],
  ['a broken query', queryFailed('42601'), 500, 'INTERNAL_ERROR'],
  ['a missing value of ours', queryFailed('23502'), 500, 'INTERNAL_ERROR'],
  ['an error of Nest', new InternalServerErrorException('inner words'), 500, 'INTERNAL_ERROR'],
  ['a bug', new TypeError('inner words'), 500, 'INTERNAL_ERROR'],
  ['a string', 'inner words', 500, 'INTERNAL_ERROR'],
  ['nothing at all', undefined, 500, 'INTERNAL_ERROR'],
];

describe('replyOf', () => {
  it.each(cases)('should answer %s', (_what, error, status, code) => {
    const reply = replyOf(error);
    expect([reply.status, reply.body.code]).toEqual([status, code]);
    expect(reply.body).toMatchObject({
      success: false,
      error: expect.any(String),
      details: expect.any(String),
    });
    expect(reply.isUnexpected).toBe(status === 500);
    expect(reply.retryAfter).toBe(status === 503 ? 5 : undefined);
    if (status >= 500) expect(JSON.stringify(reply.body)).not.toContain('inner words');
  });

  it('should say the message where there are no details, and list the wrong fields', () => {
    expect(replyOf(ruleError('NO', 'Not now')).body.details).toBe('Not now');
    expect(replyOf(invalidInput([{ field: 'a', message: 'b' }])).body.errors).toEqual([
      { field: 'a', message: 'b' },
    ]);
  });
});
