/**
 * Whether the number of a row of `calls` or `leads` must not be called for its campaign, as a condition in SQL. The rule
 * itself is a function in the database (see the migration): one for the claim, the guard and the withdrawal.
 */
export const isSuppressed = (row: string): string =>
  `is_suppressed(${row}.workspace_id, ${row}.campaign_id, ${row}.phone_number)`;
