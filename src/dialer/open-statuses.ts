import { OPEN_CALL_STATUSES } from '../calls/index.js';

/** The predicate of the partial indexes over open calls, letter for letter, so that Postgres uses them. */
export const IS_OPEN = `status IN (${OPEN_CALL_STATUSES.map((status) => `'${status}'`).join(',')})`;
