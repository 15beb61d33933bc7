import { callingAreaOf } from '../../compliance/index.js';
import {
  assignCallerIds,
  obstacleOfAll,
  roomOf,
  type CallerId,
  type CallerIdPool,
  type NoCallerId,
} from '../../dialer/index.js';
import type { VirtualLead } from './scenario.js';

const DAY_MS = 86_400_000;

/** The numbers calls are made from, and their use. Rests that a fallen answer rate causes are not played. */
export class CallerPool {
  private readonly ids: CallerId[];
  private readonly byNumber: ReadonlyMap<string, CallerId>;
  private day = NaN;

  constructor(
    ids: readonly CallerId[],
    private readonly localPresence: boolean,
  ) {
    this.ids = ids.map((id) => ({ ...id }));
    this.byNumber = new Map(this.ids.map((id) => [id.number, id]));
  }

  /** The pool at this instant; its ids are counted on as calls are made. */
  at(now: Date): CallerIdPool {
    const day = Math.floor(now.getTime() / DAY_MS);
    if (day !== this.day) {
      if (!Number.isNaN(this.day)) for (const id of this.ids) id.usedToday = 0;
      this.day = day;
    }
    return { ids: this.ids, now, dayEndsAt: new Date((day + 1) * DAY_MS) };
  }

  /** How many calls may be claimed. */
  room(now: Date): number {
    return roomOf(this.at(now));
  }

  /** Why there is no room, and until when. */
  obstacle(now: Date): NoCallerId {
    return obstacleOfAll(this.at(now)) ?? { reason: 'no_caller_id', until: null };
  }

  /** The number of each lead's call, by the lead's id, its use counted. */
  assign(leads: readonly VirtualLead[], now: Date): Map<string, string> {
    const asked = leads.map(({ id, phoneNumber, lastNumber }) => ({
      ...{ id, phoneNumber, lastNumber },
      near: this.localPresence ? callingAreaOf(phoneNumber) : null,
    }));
    const chosen = assignCallerIds(asked, this.at(now));
    for (const number of chosen.values()) this.count(number, { usedToday: 1, queued: 1 });
    return chosen;
  }

  cpsOf(number: string): number | null {
    return this.byNumber.get(number)?.cps ?? null;
  }

  placed(number: string): void {
    this.count(number, { usedToday: 0, queued: -1 });
  }

  /** Its call was not placed. */
  withdrawn(number: string): void {
    this.count(number, { usedToday: -1, queued: -1 });
  }

  private count(number: string, by: { usedToday: number; queued: number }): void {
    const id = this.byNumber.get(number);
    if (!id) return;
    id.usedToday = Math.max(0, id.usedToday + by.usedToday);
    id.queued += by.queued;
  }
}
