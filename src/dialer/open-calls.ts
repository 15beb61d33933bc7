/** The predicate of the partial indexes over open calls, letter for letter, so that Postgres uses them. */
export const IS_OPEN = 'ended_at IS NULL';

/**
 * The carrier has, or had, the call. Not `IS NOT NULL`: that is the condition of the index over SIDs, and a plan made while
 * there are few calls may then read that index from end to end.
 */
export const hasSid = (row: string): string => `COALESCE(${row}.carrier_sid, '') <> ''`;
