import type { PipeTransform } from '@nestjs/common';
import { notFound } from '../errors.js';
import { isId } from '../ids.js';

/** A path parameter that must be an id: a malformed one names nothing, so it answers 404 as an unknown one does. */
export class IdPipe implements PipeTransform<unknown, string> {
  /** @param what what the id names, in words: `Campaign` answers `CAMPAIGN_NOT_FOUND`. */
  constructor(private readonly what: string) {}

  transform(value: unknown): string {
    if (typeof value === 'string' && isId(value)) return value;
    throw notFound(this.what);
  }
}
