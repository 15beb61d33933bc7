import type { ListOrder } from '../common/index.js';

export const LEAD_SORTS = ['createdAt', '-createdAt', 'priority', '-priority'] as const;
export type LeadSort = (typeof LEAD_SORTS)[number];

/** One order of a campaign's leads; each is a walk along an index, forward or backward. */
export interface LeadOrder extends ListOrder {
  /** Of the index's own expressions, or Postgres would sort. */
  orderBy: string;
  /** The rows after a key, given its parameters (`$4`). */
  after: (...parameters: string[]) => string;
}

/** Ids grow with the time they were made (UUIDv7). */
export const LEAD_ORDERS: Readonly<Record<LeadSort, LeadOrder>> = {
  createdAt: {
    name: 'leads:createdAt',
    key: ['id'],
    orderBy: 'id',
    after: (id) => `id > ${id}::uuid`,
  },
  '-createdAt': {
    name: 'leads:-createdAt',
    key: ['id'],
    orderBy: 'id DESC',
    after: (id) => `id < ${id}::uuid`,
  },
  '-priority': {
    name: 'leads:-priority',
    key: ['integer', 'id'],
    orderBy: '(-priority), id',
    after: (priority, id) => `((-priority), id) > (-${priority}::int, ${id}::uuid)`,
  },
  priority: {
    name: 'leads:priority',
    key: ['integer', 'id'],
    orderBy: '(-priority) DESC, id DESC',
    after: (priority, id) => `((-priority), id) < (-${priority}::int, ${id}::uuid)`,
  },
};

/** Numbers are unique in a campaign. */
export const BY_NUMBER: LeadOrder = {
  name: 'leads:number',
  key: ['text'],
  orderBy: 'phone_number',
  after: (number) => `phone_number > ${number}::text`,
};

/** By what was found: the name, or its last word. */
export const BY_NAME = { name: 'leads:name', key: ['text', 'id'] } as const;
