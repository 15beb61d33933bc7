import { ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { DomainError, invalidInput, type FieldError } from '../errors.js';
import { typeFaultOf } from './type-fault.js';
import { refuseUnsafe } from './unsafe-input.js';

/** More wrong fields than a person reads; a bulk body can have a hundred thousand. */
const MAX_ERRORS = 100;

/**
 * The one check of bodies, queries and parameters: unknown fields are refused, nothing is converted but what a
 * DTO converts itself, and each refusal is `VALIDATION_FAILED` with the wrong fields by path.
 */
class InputPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      stopAtFirstError: true,
      // For `typeFaultOf`; nothing of it is told.
      validationError: { target: true, value: true },
      exceptionFactory: refusalOf,
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // A path parameter has its own pipe, which answers 404 to whatever cannot be an id.
    if (metadata.type !== 'param') refuseUnsafe(value);
    if (metadata.type === 'body' && this.toValidate(metadata) && !isPlainBody(value)) {
      throw new DomainError(
        'invalid',
        'VALIDATION_FAILED',
        'Validation failed',
        'The body must be a JSON object',
      );
    }
    if (metadata.type !== 'param' && this.toValidate(metadata)) refuseInherited(value);
    return super.transform(value, metadata) as Promise<unknown>;
  }
}

export function createValidationPipe(): ValidationPipe {
  return new InputPipe();
}

/** `toString`, `valueOf` and the like: class-transformer drops them, so the check for unknown fields never sees them. */
export function refuseInherited(value: unknown, parent?: string): void {
  if (typeof value !== 'object' || value === null) return;
  const inherited = Object.keys(value).filter((name) => name in Object.prototype);
  const fields = inherited.map((name) => (parent === undefined ? name : `${parent}.${name}`));
  if (fields.length > 0) throw invalidInput(fields.map(unknownField));
}

function unknownField(field: string): FieldError {
  return { field, message: `${field} is not a known field` };
}

/** No body at all counts as `{}`: its DTO then says which fields are missing. */
function isPlainBody(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value));
}

/** A rule that a field breaks. */
interface Fault {
  field: string;
  rule: string;
  message: string;
  failure: ValidationError;
}

function refusalOf(failures: ValidationError[]): DomainError {
  const faults = failures.flatMap((failure) => flatten(failure, ''));
  if (faults.length <= MAX_ERRORS) return invalidInput(faults.map(wordsOf));
  const shown = faults.slice(0, MAX_ERRORS).map(wordsOf);
  const details = `${faults.length} fields are wrong; the first ${MAX_ERRORS} are listed`;
  return invalidInput(shown, details);
}

function flatten(failure: ValidationError, parent: string): Fault[] {
  const field = parent === '' ? failure.property : `${parent}.${failure.property}`;
  const own = Object.entries(failure.constraints ?? {}).map(([rule, message]) => ({
    ...{ field, rule, message, failure },
  }));
  return [...own, ...(failure.children ?? []).flatMap((child) => flatten(child, field))];
}

function wordsOf({ field, rule, message, failure }: Fault): FieldError {
  if (rule === 'whitelistValidation') return unknownField(field);
  // What is missing has no type.
  return { field, message: rule === 'isDefined' ? message : (typeFaultOf(failure) ?? message) };
}
