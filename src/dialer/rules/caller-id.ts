import type { CallingArea, RestReason } from '../../compliance/index.js';

/** A number that calls may be made from, and what it has been used for. */
export interface CallerId {
  /** E.164. */
  number: string;
  area: CallingArea;
  isActive: boolean;
  /** `until` null: until somebody ends the rest. */
  rest: { reason: RestReason; until: Date | null } | null;
  /** Calls per UTC day; null: no cap. */
  dailyCap: number | null;
  /** Calls of today that the carrier had, and open ones; known where there is a cap. */
  usedToday: number;
  /** Calls per second; null: no limit. */
  cps: number | null;
  /** Calls that wait for their turn; known where there is a limit per second. */
  queued: number;
}

/** The numbers a campaign may call from, at one instant. */
export interface CallerIdPool {
  ids: readonly CallerId[];
  now: Date;
  /** When the daily caps begin anew: the next midnight, UTC. */
  dayEndsAt: Date;
}

export interface CallerIdLead {
  id: string;
  /** E.164. */
  phoneNumber: string;
  /** What it was called from last; null: it was not called yet. */
  lastNumber: string | null;
  /** Where it is, if a number from there is preferred; null: any number will do. */
  near: CallingArea | null;
}

export type NoCallerIdReason =
  'no_caller_id' | 'caller_ids_inactive' | 'caller_ids_resting' | 'caller_ids_capped' | 'caller_ids_paced';

/** Why no call can be made, and when that may change by itself; null: not before somebody does something. */
export interface NoCallerId {
  reason: NoCallerIdReason;
  until: Date | null;
}

/** Seconds of queued calls that a lead waits behind for the number it knows, rather than see another one. */
const STICKY_WAIT_S = 5;

/** Whether a number is in use at all: active, and not resting. */
export function isAwake(id: CallerId, now: Date): boolean {
  return id.isActive && !isResting(id, now);
}

function isResting({ rest }: CallerId, now: Date): boolean {
  return rest !== null && !(rest.until !== null && rest.until <= now);
}

/** Why nothing can be called from this number now; null: it is free. */
export function obstacleOf(id: CallerId, pool: Pick<CallerIdPool, 'now' | 'dayEndsAt'>): NoCallerId | null {
  if (!id.isActive) return { reason: 'caller_ids_inactive', until: null };
  if (isResting(id, pool.now)) return { reason: 'caller_ids_resting', until: id.rest?.until ?? null };
  if (id.dailyCap !== null && id.usedToday >= id.dailyCap) {
    return { reason: 'caller_ids_capped', until: pool.dayEndsAt };
  }
  if (id.cps !== null && id.queued >= Math.ceil(id.cps)) {
    return { reason: 'caller_ids_paced', until: new Date(pool.now.getTime() + 1000 / id.cps) };
  }
  return null;
}

/** Why nothing can be called from any of them: what stands in the way of the first to be free again. Null: one is free. */
export function obstacleOfAll(pool: CallerIdPool): NoCallerId | null {
  const obstacles = pool.ids.map((id) => obstacleOf(id, pool));
  if (obstacles.includes(null)) return null;
  const [first] = obstacles.filter((each) => each !== null).toSorted((a, b) => endOf(a) - endOf(b));
  return first ?? { reason: 'no_caller_id', until: null };
}

function endOf({ until }: NoCallerId): number {
  return until?.getTime() ?? Infinity;
}

/** How many calls may be claimed now: what the caps leave, and no more than the numbers may dial within a second. */
export function roomOf(pool: CallerIdPool): number {
  return pool.ids.reduce((sum, id) => sum + (obstacleOf(id, pool) ? 0 : roomAt(id)), 0);
}

function roomAt({ dailyCap, usedToday, cps, queued }: CallerId): number {
  return Math.min(
    dailyCap === null ? Infinity : dailyCap - usedToday,
    cps === null ? Infinity : Math.ceil(cps) - queued,
  );
}

/**
 * The number a lead is called from: the one that called it last, while that is available (for a short wait of its pace too);
 * else a near one, if that is wanted; else any free one, always the same while the free ones are the same.
 */
export function chooseCallerId(lead: CallerIdLead, pool: CallerIdPool): CallerId | NoCallerId {
  const known = pool.ids.find((id) => id.number === lead.lastNumber);
  if (known && mayStayWith(known, pool)) return known;
  const free = pool.ids.filter((id) => obstacleOf(id, pool) === null);
  const near = lead.near ? nearest(lead.phoneNumber, lead.near, free) : free;
  return (
    near[spread(lead.id) % near.length] ?? obstacleOfAll(pool) ?? { reason: 'no_caller_id', until: null }
  );
}

function mayStayWith(id: CallerId, pool: CallerIdPool): boolean {
  const obstacle = obstacleOf(id, pool);
  if (obstacle?.reason !== 'caller_ids_paced') return obstacle === null;
  return id.cps !== null && id.queued < Math.ceil(id.cps * STICKY_WAIT_S);
}

/** The last eight digits of an id are random: they spread the leads over the numbers. */
function spread(id: string): number {
  return parseInt(id.slice(-8), 16) || 0;
}

/**
 * Chooses for leads in their order, each choice counted before the next. A lead is left out where no number is free; not
 * one of the first `roomOf(pool)` is.
 */
export function assignCallerIds(leads: readonly CallerIdLead[], pool: CallerIdPool): Map<string, string> {
  const ids = pool.ids.map((id) => ({ ...id }));
  const chosen = new Map<string, string>();
  for (const lead of leads) {
    const choice = chooseCallerId(lead, { ...pool, ids });
    if ('reason' in choice) continue;
    chosen.set(lead.id, choice.number);
    const used = ids.find((id) => id.number === choice.number);
    if (used) Object.assign(used, { usedToday: used.usedToday + 1, queued: used.queued + 1 });
  }
  return chosen;
}

/** The numbers of the lead's own area; else of its country; else all. */
function nearest(phoneNumber: string, { country, areaCode }: CallingArea, free: CallerId[]): CallerId[] {
  const sameCountry = country === null ? [] : free.filter((id) => id.area.country === country);
  const sameArea =
    areaCode === null
      ? longestSharing(phoneNumber, sameCountry)
      : free.filter((id) => id.area.areaCode === areaCode);
  return [sameArea, sameCountry, free].find((ids) => ids.length > 0) ?? [];
}

/** Where area codes have no fixed length: those that begin with the most digits of the lead's number. */
function longestSharing(phoneNumber: string, ids: CallerId[]): CallerId[] {
  const shared = ids.map((id) => sharedPrefix(id.number, phoneNumber));
  const most = Math.max(...shared);
  return ids.filter((_, i) => shared[i] === most);
}

function sharedPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}
