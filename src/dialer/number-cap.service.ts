import { Injectable, Logger } from '@nestjs/common';
import type { NumberCap } from '../campaigns/index.js';
import type { Tx } from '../database/index.js';
import { NumberCapRepository, type Held } from './number-cap.repository.js';
import { cappedBy } from './rules/number-cap.js';

/** A campaign with a cap on calls to one number. */
export interface CappedCampaign {
  id: string;
  cap: NumberCap;
  /** The time it is judged at, on the database's clock. */
  now: Date;
}

/** A lead, or a call. */
interface Judged {
  id: string;
  phoneNumber: string;
}

/** Below every id. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** The cap on calls to one number over all campaigns (docs/retries.md). A campaign without one costs no statement. */
@Injectable()
export class NumberCaps {
  private readonly log = new Logger(NumberCaps.name);

  constructor(private readonly caps: NumberCapRepository) {}

  /** Those whose number was called often enough for now, and until when. */
  async judge(all: Judged[], { id, cap, now }: CappedCampaign, tx?: Tx): Promise<Held[]> {
    const numbers = all.map((each) => each.phoneNumber);
    const calls = await this.caps.deciding(id, numbers, cap, tx);
    const placedAt = new Map(calls.map((call) => [call.phoneNumber, call.placedAt]));
    return all.flatMap((each) => {
      const verdict = cappedBy(cap, placedAt.get(each.phoneNumber) ?? null, now);
      return verdict ? [{ id: each.id, nextAttemptAt: verdict.nextAttemptAt }] : [];
    });
  }

  /**
   * Judges the calls a claim has just made once more, in its transaction, and takes those back that the cap forbids.
   *
   * Judging their leads beforehand is not enough: two campaigns may claim a number at nearly the same time; each could find it
   * below the cap and call it, one after the other. But a call that is made holds its number (the unique index over open
   * calls; the other campaign's lead waits as `number_busy`): from here to its own end no other call to the number can
   * begin, and each that was ever placed has ended, committed, and is seen by this statement, which begins after the
   * claim's. So what is judged now stays true until the call is placed.
   * @param made ids of the calls
   * @returns ids of those that stay
   */
  async withinCap(
    tx: Tx,
    campaign: { id: string; maxAttemptsPerNumber: NumberCap | null; now: Date },
    made: string[],
  ): Promise<string[]> {
    const { id, maxAttemptsPerNumber: cap, now } = campaign;
    if (!cap || made.length === 0) return made;
    const held = await this.judge(await this.caps.claimed(tx, made), { id, cap, now }, tx);
    if (held.length === 0) return made;
    await this.caps.takeBack(tx, id, held);
    const heldIds = new Set(held.map((call) => call.id));
    return made.filter((call) => !heldIds.has(call));
  }

  /**
   * A campaign that starts or goes on may have another cap than before: its waiting leads become ready, to be judged anew.
   * @returns whether there were any
   */
  async reconsider(campaignId: string): Promise<boolean> {
    let last: string | null = FIRST_ID;
    let isAny = false;
    try {
      while ((last = await this.caps.release(campaignId, last)) !== null) isAny = true;
    } catch (error) {
      this.log.warn(`Leads of campaign ${campaignId} wait by their old cap: ${String(error)}`);
    }
    return isAny;
  }
}
