import { paginationOf, type Page, type Paged, type Pagination } from './pagination.js';

/** The answer around every result, as the contract has it. */
export interface Envelope<T> {
  success: true;
  message?: string;
  data: T;
}

export interface ListEnvelope<T> {
  success: true;
  data: T[];
  pagination: Pagination;
}

export function ok<T>(data: T, message?: string): Envelope<T> {
  return message === undefined ? { success: true, data } : { success: true, message, data };
}

export function okPage<T>(paged: Paged<T>, page: Page): ListEnvelope<T> {
  return { success: true, data: paged.items, pagination: paginationOf(paged, page.limit) };
}
