/** The predicate of the partial indexes over open calls, letter for letter, so that Postgres uses them. */
export const IS_OPEN = 'ended_at IS NULL';
