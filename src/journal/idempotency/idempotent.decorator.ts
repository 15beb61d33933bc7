import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { ApiErrors } from '../../common/http/index.js';
import { IdempotencyInterceptor, Sealed } from './idempotency.interceptor.js';

/**
 * The route takes an Idempotency-Key. Above the interceptor of an upload, not below it: decorators work upwards, and the
 * file must be there to be compared.
 * @param how `sealed`: the request or the answer holds a secret, and is kept unreadable for whoever has not the key
 */
export function Idempotent(how?: 'sealed'): MethodDecorator {
  return applyDecorators(
    ...(how === 'sealed' ? [Sealed()] : []),
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Done once within 24 hours, however often it is sent: then the first answer comes again, with Idempotent-Replayed: true',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
    ApiErrors('IDEMPOTENCY_KEY_INVALID', 'IDEMPOTENCY_KEY_IN_FLIGHT', 'IDEMPOTENT_ANSWER_LOST'),
    ApiErrors('IDEMPOTENCY_KEY_REUSED'),
  );
}
