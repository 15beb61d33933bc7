import { readCursor, writeCursor, type CursorKey, type ListOrder } from './cursor.js';

/** One page of a list, as asked for: by its number, from 1, or by the `nextCursor` of the page before it. */
export interface Page {
  page: number;
  limit: number;
  /** Opaque. With it, `page` says nothing. */
  cursor?: string;
}

export interface Pagination {
  total: number;
  /** The page's number, counted on along the cursors. */
  page: number;
  limit: number;
  /** How many pages `total` makes; 0 for an empty list. */
  pages: number;
  /** Leads to the next page; null on the last one. */
  nextCursor: string | null;
  /** Present where counting stopped: there are more than `total`. */
  totalCapped?: true;
}

/** Where in a list to begin reading, and how many rows: one more than are shown tells whether another page follows. */
export interface Start {
  /** The key of the last row of the page before; null: from the beginning, `offset` rows left out. */
  after: CursorKey | null;
  offset: number;
  take: number;
}

/** The rows of one page, and the way to the next. */
export interface Slice<T> {
  items: T[];
  page: number;
  nextCursor: string | null;
}

/** How many rows a list has in all. */
export interface Total {
  total: number;
  /** Counting stopped: there are more. */
  isCapped?: boolean;
}

export type Paged<T> = Slice<T> & Total;

/** Filtered lists are counted up to here, not further: what a count costs must not grow with what is stored. */
export const COUNT_CAP = 10_000;

/** @param counted rows found, of at most `COUNT_CAP + 1` looked for */
export function cappedTotal(counted: number): Total {
  return { total: Math.min(counted, COUNT_CAP), isCapped: counted > COUNT_CAP };
}

/** @throws DomainError `INVALID_CURSOR` for one that was not made here, or for another order */
export function startOf(page: Page, order: ListOrder): Start {
  const take = page.limit + 1;
  if (page.cursor !== undefined) return { after: readCursor(page.cursor, order).key, offset: 0, take };
  return { after: null, offset: (page.page - 1) * page.limit, take };
}

/**
 * Makes a page of the rows that `startOf` asked for.
 * @param keyOf the values that `order` names, of one row
 */
export function sliceOf<T>(rows: T[], page: Page, order: ListOrder, keyOf: (row: T) => CursorKey): Slice<T> {
  const number = page.cursor === undefined ? page.page : readCursor(page.cursor, order).page;
  const items = rows.slice(0, page.limit);
  const last = items.at(-1);
  const isLast = rows.length <= page.limit || last === undefined;
  const nextCursor = isLast ? null : writeCursor(order, { page: number + 1, key: keyOf(last) });
  return { items, page: number, nextCursor };
}

/** Rows of one batch of an export: few enough to be nothing in memory, enough that asking costs little. */
const BATCH = 1000;

/** A whole list, batch by batch, each read when it is wanted: no connection and no snapshot is held meanwhile. */
export async function* batchesOf<T>(
  read: (page: Page) => Promise<Slice<T>>,
): AsyncGenerator<T[], void, undefined> {
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const slice: Slice<T> = await read({ page: 1, limit: BATCH, cursor });
    yield slice.items;
    cursor = slice.nextCursor;
  }
}

export function paginationOf<T>(paged: Paged<T>, limit: number): Pagination {
  const { total, page, nextCursor, isCapped } = paged;
  const pages = Math.ceil(total / limit);
  return { total, page, limit, pages, nextCursor, ...(isCapped && { totalCapped: true as const }) };
}
