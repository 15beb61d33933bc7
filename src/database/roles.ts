/** What requests act as: it owns nothing, is no superuser, and sees the rows of the workspace its connection names. Made by the first migration. */
export const REQUEST_ROLE = 'campaign_api';
/** What the dialer, the ticks, the workers and the carrier's callbacks act as: as above, but it sees the rows of all workspaces. */
export const SYSTEM_ROLE = 'campaign_system';

/**
 * Plans live as long as a connection. One made while a table is small reads all of it, and would go on doing so after
 * an import of a million rows, until something analyzes the table: an index is never the worse choice here. A bitmap has
 * no order: where statistics take a million leads for six hundred, a page of them was 200 ms of sorting, and a walk
 * along the index in its order is 2. Without the just-in-time compiler, which costs more than the longest of these
 * statements.
 */
const PLANNING = '-c enable_seqscan=off -c enable_bitmapscan=off -c jit=off';

/** How a connection begins. */
export function connectionOptions(role: typeof REQUEST_ROLE | typeof SYSTEM_ROLE): string {
  return `-c role=${role} ${PLANNING}`;
}
