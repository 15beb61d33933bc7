/** One page of a list, as asked for: pages count from 1. */
export interface Page {
  page: number;
  limit: number;
}

export interface Pagination extends Page {
  total: number;
  /** How many pages `total` makes; 0 for an empty list. */
  pages: number;
}

/** Items of one page with the size of the whole. */
export interface Paged<T> {
  items: T[];
  total: number;
}

export function offsetOf(page: Page): number {
  return (page.page - 1) * page.limit;
}

export function paginationOf(total: number, page: Page): Pagination {
  return { total, page: page.page, limit: page.limit, pages: Math.ceil(total / page.limit) };
}
