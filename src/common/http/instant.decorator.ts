import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsDate } from 'class-validator';

/** ISO 8601 with seconds optional and a zone required: without one, nobody knows when it is. */
const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Makes a Date of an ISO 8601 instant with a zone (`2030-01-31T09:00:00+05:30`); anything else is refused. */
export function IsInstant(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => toInstant(value)),
    IsDate({ message: '$property must be an ISO 8601 time with a zone, like 2030-01-31T09:00:00Z' }),
  );
}

/** A Date, or the value as it was when it names no instant (so that its check fails). */
export function toInstant(value: unknown): unknown {
  if (typeof value !== 'string') return value instanceof Date ? String(value) : value;
  const day = INSTANT.exec(value)?.[1];
  const instant = new Date(value);
  return day !== undefined && isCalendarDay(day) && !Number.isNaN(instant.getTime()) ? instant : value;
}

/** `new Date` makes the 2nd of March of a 30th of February. */
function isCalendarDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
