/** A campaign that asks for turns of the account. */
export interface TurnFlow {
  /** Virtual time at which its next turn begins: one turn further is 1/weight. */
  start: number;
  /** Epoch ms at which one of its calls asks again; null: none is known to wait. */
  asksAt: number | null;
  /** Epoch ms at which it asked last. */
  seenAt: number;
}

/** What is remembered of the account's turns, beside when the next one is due. */
export interface TurnQueue {
  /** Where the latest turn began. */
  virtualTime: number;
  flows: Record<string, TurnFlow>;
}

/** One call that asks for a turn. Times are epoch ms. */
export interface TurnRequest {
  campaignId: string;
  /** 1 to 100. */
  weight: number;
  now: number;
  /** Whether the account's time has come, and the campaign's own where it has a delay. */
  isDue: boolean;
  /** When the call asks again, should it get no turn. */
  asksAgainAt: number;
  patience: TurnPatience;
}

/** All in milliseconds. */
export interface TurnPatience {
  /** A campaign that is to ask so soon is waited for … */
  aheadMs: number;
  /** … and one that should have asked is waited for so long: then its turn is somebody else's. */
  lateMs: number;
  /** A campaign that has not asked for so long is forgotten. */
  keepMs: number;
}

/** Turns that a campaign may be behind: beyond them it has not asked for what it might have had. */
export const MOST_BEHIND = 10;

/**
 * @param stepMs milliseconds between two turns of the account
 */
export function patienceFor(stepMs: number): TurnPatience {
  // Timers are some ms late, on a loaded machine 100; at high rates somebody else asks within a step anyway.
  const lateMs = Math.max(5, Math.min(100, stepMs / 2));
  return { aheadMs: Math.min(10, lateMs / 5), lateMs, keepMs: Math.max(5000, 3 * stepMs) };
}

/**
 * Start-time fair queueing (Goyal, Vin and Cheng, 1996): of the campaigns that wait, the one whose next turn begins first in
 * virtual time has it, and a turn takes 1/weight of it. One that comes anew begins at the time of the latest turn.
 */
export function askForTurn(queue: TurnQueue, request: TurnRequest): { granted: boolean; queue: TurnQueue } {
  const { campaignId, weight, now, isDue, asksAgainAt, patience } = request;
  const kept = Object.entries(queue.flows).filter(([, { seenAt }]) => seenAt > now - patience.keepMs);
  const own = kept.find(([id]) => id === campaignId)?.[1];
  const start = own ? Math.max(own.start, queue.virtualTime - MOST_BEHIND / weight) : queue.virtualTime;
  const isFirst = !kept.some(
    ([id, rival]) =>
      id !== campaignId && waits(rival, now, patience) && goesBefore(id, rival.start, campaignId, start),
  );
  const granted = isDue && isFirst;
  const isAwaited = own?.asksAt != null && own.asksAt > now;
  const flow: TurnFlow = granted
    ? { start: start + 1 / weight, asksAt: null, seenAt: now }
    : {
        start,
        asksAt: isAwaited ? Math.min(own.asksAt ?? asksAgainAt, asksAgainAt) : asksAgainAt,
        seenAt: now,
      };
  const virtualTime = granted ? Math.max(queue.virtualTime, start) : queue.virtualTime;
  return { granted, queue: { virtualTime, flows: { ...Object.fromEntries(kept), [campaignId]: flow } } };
}

function waits({ asksAt }: TurnFlow, now: number, { aheadMs, lateMs }: TurnPatience): boolean {
  return asksAt !== null && asksAt >= now - lateMs && asksAt <= now + aheadMs;
}

function goesBefore(id: string, start: number, otherId: string, otherStart: number): boolean {
  return start < otherStart || (start === otherStart && id < otherId);
}
