import { COUNT_CAP } from '../../common/index.js';

/** A count that stopped after one more than `COUNT_CAP`, or did not have to. */
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
 * Counts as they are shown: those that stopped say so. Where only one of all did, the total tells what it is.
 * @param total of all of them together; null: all were counted to the end
 */
export function shownCounts<T extends Counted>(groups: readonly T[], total: number | null): (T & Shown)[] {
  if (total === null) return groups.map((group) => ({ ...group, isCapped: false }));
  const rest = groups.filter(({ count }) => count <= COUNT_CAP).reduce((sum, { count }) => sum + count, 0);
  const isOnlyOne = groups.filter(({ count }) => count > COUNT_CAP).length === 1;
  return groups.map((group) => {
    if (group.count <= COUNT_CAP) return { ...group, isCapped: false };
    // Leads move between the statements: never less than was counted.
    if (isOnlyOne) return { ...group, count: Math.max(group.count, total - rest), isCapped: false };
    return { ...group, count: COUNT_CAP, isCapped: true };
  });
}
