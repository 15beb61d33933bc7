import { COUNT_CAP } from '../../common/index.js';

/** A count that stopped after one more than `MOST_COUNTED`, or did not have to. */
export interface Counted {
  count: number;
}

/** A count as it is shown. */
export interface Shown {
  count: number;
  /** There are more than `count`. */
  isCapped: boolean;
}

/**
 * Of a large campaign each reason is counted so far. A count reads each lead it counts, somewhere in the table: with a million of
 * them, 10,000 a reason took 400 ms, these take a tenth.
 */
export const MOST_COUNTED = 1000;

/** How many leads of a reason are counted, of a campaign with so many; null: all. */
export function countLimit(leads: number): number | null {
  return leads <= COUNT_CAP ? null : MOST_COUNTED + 1;
}

/**
 * Counts as they are shown: those that stopped say so. Where only one of all did, the total tells what it is.
 * @param total of all of them together; null: all were counted to the end
 */
export function shownCounts<T extends Counted>(groups: readonly T[], total: number | null): (T & Shown)[] {
  if (total === null) return groups.map((group) => ({ ...group, isCapped: false }));
  const hasStopped = ({ count }: Counted) => count > MOST_COUNTED;
  const rest = groups.filter((group) => !hasStopped(group)).reduce((sum, { count }) => sum + count, 0);
  const isOnlyOne = groups.filter(hasStopped).length === 1;
  return groups.map((group) => {
    if (!hasStopped(group)) return { ...group, isCapped: false };
    // Leads move between the statements: never less than was counted.
    if (isOnlyOne) return { ...group, count: Math.max(group.count, total - rest), isCapped: false };
    return { ...group, count: MOST_COUNTED, isCapped: true };
  });
}
