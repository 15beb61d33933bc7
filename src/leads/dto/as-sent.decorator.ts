import { Transform } from 'class-transformer';

/**
 * Keeps free JSON as it was sent: class-transformer's own copy leaves out every name that objects inherit, such as
 * `toString` or `constructor`, at any depth and without a word.
 */
export function AsSent(): PropertyDecorator {
  return Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => obj[key]);
}
