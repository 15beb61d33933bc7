import { DomainError } from './errors.js';
import { isId } from './ids.js';

/** What a list is sorted by: the values that single out a row in it. */
export interface ListOrder {
  /** A cursor of one order is refused by another. */
  name: string;
  key: readonly ('id' | 'integer' | 'micros' | 'text')[];
}

export type CursorKey = (string | number)[];

/** The place after a row, and the number of the page that begins there. */
export interface Cursor {
  page: number;
  key: CursorKey;
}

/** More than the longest name makes. Characters. */
export const MAX_CURSOR = 2000;

/**
 * A cursor is the key of the last row shown, not a count of rows: rows that come or go before it move nothing, and
 * a deep page costs what the first one does. Opaque to clients.
 */
export function writeCursor(order: ListOrder, { page, key }: Cursor): string {
  return Buffer.from(JSON.stringify([order.name, page, ...key])).toString('base64url');
}

/** @throws DomainError `INVALID_CURSOR` */
export function readCursor(text: string, order: ListOrder): Cursor {
  const [name, page, ...key] = partsOf(text);
  const isKey = key.length === order.key.length && order.key.every((kind, i) => FITS[kind](key[i]));
  if (name !== order.name || !isPageNumber(page) || !isKey) throw invalidCursor();
  return { page, key: key as CursorKey };
}

const FITS: Record<ListOrder['key'][number], (value: unknown) => boolean> = {
  id: (value) => typeof value === 'string' && isId(value),
  integer: (value) => Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31,
  micros: (value) => Number.isSafeInteger(value),
  // Neither NUL nor half a surrogate pair is text to Postgres.
  text: (value) => typeof value === 'string' && !/\0|\p{Surrogate}/u.test(value),
};

function partsOf(text: string): unknown[] {
  if (text.length > MAX_CURSOR || !/^[\w-]+$/.test(text)) throw invalidCursor();
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (Array.isArray(parts)) return parts;
  } catch {
    // Not ours: refused below.
  }
  throw invalidCursor();
}

function isPageNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function invalidCursor(): DomainError {
  return new DomainError(
    'invalid',
    'INVALID_CURSOR',
    'This cursor does not lead anywhere',
    'Use nextCursor as it was answered, with the same sort and search, or begin again without a cursor',
  );
}
