import { Injectable, Logger } from '@nestjs/common';
import type { NumberCap } from '../campaigns/index.js';
import type { Tx } from '../database/index.js';
import { NumberCapRepository, type Held } from './number-cap.repository.js';
import { cappedBy } from './rules/number-cap.js';

/** A campaign with a cap on calls to one number. */
export interface CappedCampaign {
  id: string;
  cap: NumberCap;
}

interface Judged {
  id: string;
  phoneNumber: string;
}

/** Below every id. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** The cap on calls to one number over all campaigns (docs/retries.md). A campaign without one never comes here. */
@Injectable()
export class NumberCaps {
  private readonly log = new Logger(NumberCaps.name);

  constructor(private readonly caps: NumberCapRepository) {}

  /** Those of the leads (or calls) whose number was called often enough for now, and until when. By the database's clock. */
  async judge(leads: Judged[], { id, cap }: CappedCampaign, tx?: Tx): Promise<Held[]> {
    const numbers = leads.map((lead) => lead.phoneNumber);
    const calls = new Map(
      (await this.caps.deciding(id, numbers, cap, tx)).map((call) => [call.phoneNumber, call]),
    );
    return leads.flatMap((lead) => {
      const call = calls.get(lead.phoneNumber);
      const verdict = call && cappedBy(cap, call.placedAt, call.now);
      return verdict ? [{ id: lead.id, nextAttemptAt: verdict.nextAttemptAt }] : [];
    });
  }

  /**
   * Judges the calls a claim has just made, in its transaction, and takes those back that the cap forbids.
   *
   * It must be now and not before. Two campaigns may claim a number at nearly the same time; each could find it below the cap
   * and call it, one after the other. But a call that is made holds its number (the unique index over open calls; the other
   * campaign's lead waits as `number_busy`): from here to its own end no other call to the number can begin, and each
   * that was ever placed has ended, committed, and is seen by this statement, which begins after the claim's. So what is
   * judged now stays true until the call is placed.
   * @param made ids of the calls
   * @returns ids of the calls that were taken back
   */
  async holdBack(tx: Tx, campaign: CappedCampaign, made: string[]): Promise<string[]> {
    const calls = await this.caps.claimed(tx, made);
    const held = await this.judge(calls, campaign, tx);
    if (held.length > 0) await this.caps.takeBack(tx, campaign.id, held);
    return held.map((call) => call.id);
  }

  /** Makes those of the next leads wait that a claim would have to take back, some thousands at once. */
  async sweep(campaignId: string): Promise<void> {
    const next = await this.caps.next(campaignId);
    if (!next[0]) return;
    const held = await this.judge(next, { id: campaignId, cap: next[0].cap });
    if (held.length > 0) await this.caps.hold(held);
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
