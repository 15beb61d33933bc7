/** A campaign that holds slots of the account, or wants some. */
export interface Contender {
  id: string;
  /** 1 to 100. */
  weight: number;
  /** Slots it holds now. */
  open: number;
  /** Slots it could use: those it holds and those it would take. */
  demand: number;
  /** Slot-milliseconds it is behind its share (positive) or ahead of it. */
  credit: number;
}

/** What was known of a contender at the last look. */
export interface Account extends Contender {
  /** Slots it has held since. */
  held: number;
}

/** Nobody is repaid for more than one slot for an hour. */
const MOST_CREDIT = 3_600_000;

/**
 * Weighted max-min fairness: each gets by weight, none more than it can use, and what one cannot use goes to the others by
 * weight. The shares are fractions of slots.
 */
export function fairShares(
  capacity: number,
  contenders: readonly Pick<Contender, 'id' | 'weight' | 'demand'>[],
): Map<string, number> {
  const shares = new Map<string, number>();
  let left = capacity;
  let unmet = [...contenders];
  while (unmet.length > 0) {
    const perWeight = Math.max(0, left) / unmet.reduce((sum, { weight }) => sum + weight, 0);
    const content = unmet.filter(({ weight, demand }) => demand <= weight * perWeight);
    if (content.length === 0) {
      for (const { id, weight } of unmet) shares.set(id, weight * perWeight);
      return shares;
    }
    for (const { id, demand } of content) {
      shares.set(id, demand);
      left -= demand;
    }
    unmet = unmet.filter(({ id }) => !shares.has(id));
  }
  return shares;
}

/**
 * Who may take the account's free slots: one after the other goes to the campaign that is furthest below its share in whole
 * slots, then to the one that was rounded down the longest, until none is free or nobody wants one. So 10 slots over
 * weights 1, 2 and 3 are 1 or 2, 3 or 4, and 5, and over time 1.67, 3.33 and 5.
 * @returns slots by campaign; 0 is left out
 */
export function shareOut(cap: number, contenders: readonly Contender[]): Map<string, number> {
  const free = cap - contenders.reduce((sum, { open }) => sum + open, 0);
  const wishes = contenders.filter(({ demand, open }) => demand > open);
  const wished = wishes.reduce((sum, { demand, open }) => sum + demand - open, 0);
  if (free <= 0) return new Map();
  if (wished <= free) return new Map(wishes.map(({ id, demand, open }) => [id, demand - open]));
  const shares = fairShares(cap, contenders);
  const queue = wishes.map((wish) => ({ ...wish, share: shares.get(wish.id) ?? 0, given: 0 }));
  for (let slot = 0; slot < free; slot += 1) {
    const next = queue
      .filter(({ demand, open, given }) => open + given < demand)
      .reduce((best, each) => (isBefore(each, best) ? each : best));
    next.given += 1;
  }
  return new Map(queue.filter(({ given }) => given > 0).map(({ id, given }) => [id, given]));
}

/**
 * What each is behind or ahead of its share by rounding, after `elapsedMs` more: the slots that were in use are what was to
 * be shared, so that nobody is owed for slots that stood empty. Nor is it held against anybody that it had all of them while
 * nobody else wanted one. Who neither holds nor wants a slot begins anew.
 * @returns credit by campaign
 */
export function settleAccounts(accounts: readonly Account[], elapsedMs: number): Map<string, number> {
  const present = accounts.filter(({ open, held, demand }) => open + held + demand > 0);
  const used = present.reduce((sum, { held }) => sum + held, 0);
  const wanted = present.map((each) => ({ ...each, demand: Math.max(each.demand, each.held) }));
  const shares = fairShares(used, wanted);
  const credits = present.map((each) => {
    const share = shares.get(each.id) ?? 0;
    return each.credit + (share - rounded(share, each.held)) * elapsedMs;
  });
  const weights = present.reduce((sum, { weight }) => sum + weight, 0);
  // Those who left took their credit along: what they leave must not add up to a head start for everybody.
  const excess = credits.reduce((sum, credit) => sum + credit, 0) / Math.max(1, weights);
  const settled = present.map(({ id, weight }, i): [string, number] => [
    id,
    Math.max(-MOST_CREDIT, Math.min(MOST_CREDIT, (credits[i] ?? 0) - excess * weight)),
  ]);
  return new Map([...accounts.map(({ id }): [string, number] => [id, 0]), ...settled]);
}

/** Slots that count as held: above or below its share rounded, it has them only until the others' calls end, or its own. */
function rounded(share: number, held: number): number {
  return Math.max(Math.floor(share), Math.min(Math.ceil(share), held));
}

interface Applicant extends Contender {
  share: number;
  given: number;
}

/** The same order in every process. */
function isBefore(a: Applicant, b: Applicant): boolean {
  const [missingA, missingB] = [missing(a), missing(b)];
  if (missingA !== missingB) return missingA > missingB;
  if (a.credit !== b.credit) return a.credit > b.credit;
  return a.id < b.id;
}

/** Whole slots that it is below its share; 0: it may be rounded up; less: it has its share or more. */
function missing({ share, open, given }: Applicant): number {
  const slots = Math.floor(share) - open - given;
  if (slots > 0) return slots;
  return open + given < share ? 0 : slots - 1;
}
