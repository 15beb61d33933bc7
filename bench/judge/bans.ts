/** Something that was asked of the API; `status` null: the answer was lost, and it may or may not have been done. */
interface Asked {
  askedAt: number;
  answeredAt: number;
  status: number | null;
}

/** How long after a lost answer the request itself may still take effect. Milliseconds. */
const LOST_MARGIN_MS = 2000;

const isDone = ({ status }: Asked): boolean => status !== null && status < 300;

/** It was done, or its answer was lost. */
export const mayBeDone = (asked: Asked): boolean =>
  isDone(asked) || asked.status === null || asked.status >= 500;

const latestEffect = (asked: Asked): number =>
  isDone(asked) ? asked.answeredAt : asked.answeredAt + LOST_MARGIN_MS;

/** Whether something was surely forbidden at the instant, by a ban whose answer was there and that nothing may have lifted since. */
export function forbids(ban: Asked, at: number, lifts: readonly Asked[]): boolean {
  if (!isDone(ban) || ban.answeredAt >= at) return false;
  return !lifts.some((lift) => mayBeDone(lift) && lift.askedAt <= at && latestEffect(lift) >= ban.askedAt);
}
