import { Injectable } from '@nestjs/common';
import { CampaignLifecycleService, type SelfPause } from '../campaigns/index.js';
import { windowRulesOf } from '../compliance/index.js';
import { Checkpoints, newId } from '../common/index.js';
import { Database, type Line, type Pipeline, type Tx } from '../database/index.js';
import { CallerIds, type KnownNumber } from './caller-ids.service.js';
import { CallsQueue } from './calls.queue.js';
import { ClaimLimits, type ClaimRoom } from './claim-limits.js';
import {
  ClaimRepository,
  type CallableLead,
  type ClaimingCampaign,
  type NewCall,
  type ReadyLead,
} from './claim.repository.js';
import { NumberCaps } from './number-cap.service.js';
import { ReadinessJudge } from './readiness/readiness-judge.js';
import type { Allowance } from './rules/budget.js';
import { roomOf, type CallerIdPool } from './rules/caller-id.js';
import { chooseAgents } from './rules/slots.js';

/** What one claim did. */
export interface Claim {
  /** Ids of the calls made. */
  calls: string[];
  /** Leads were passed over (their numbers are in other calls, or they are blocked): claim again at once. */
  again: boolean;
  /** Blocked leads are next: out of the way with them before anybody claims again. */
  metBlocked: boolean;
  /** No lead was ready and no call is open: the campaign may have nothing left. */
  mayBeDone: boolean;
  /** Ids of campaigns that slots of the account are due to: they must claim. */
  owed: string[];
}

const NOTHING: Claim = { calls: [], again: false, metBlocked: false, mayBeDone: false, owed: [] };

const NEVER_OPEN: SelfPause = {
  code: 'WINDOW_NEVER_OPENS',
  message: 'The calling window does not open within the next 400 days',
};

/** Turns free slots into queued calls, or completes the campaign when nothing is left. */
@Injectable()
export class ClaimService {
  constructor(
    private readonly database: Database,
    private readonly claims: ClaimRepository,
    private readonly limits: ClaimLimits,
    private readonly judge: ReadinessJudge,
    private readonly lifecycle: CampaignLifecycleService,
    private readonly callerIds: CallerIds,
    private readonly queue: CallsQueue,
    private readonly checkpoints: Checkpoints,
    private readonly numberCaps: NumberCaps,
  ) {}

  /**
   * One claim: committed first, queued after. A crash in between leaves calls that reconcile queues again.
   * @param line behind which it is done
   */
  async claim(campaignId: string, line?: Line): Promise<Claim> {
    const numbers = this.callerIds.known();
    const claim = await (line ?? this.database).pipelined(
      async (tx) => this.claimIn(tx, campaignId, await numbers),
      numbers,
    );
    this.checkpoints.at('claim.committed');
    await this.queue.handOut(claim.calls.map((id) => ({ id, seq: 0 })));
    if (claim.mayBeDone) await this.lifecycle.complete(campaignId);
    return claim;
  }

  /**
   * In two steps to Postgres and back, where neither the campaign nor its agents nor the account nor numbers have a limit of
   * their own: lock, count and take; make and commit.
   */
  private async claimIn(tx: Pipeline, campaignId: string, numbers: KnownNumber[]): Promise<Claim> {
    const locked = this.claims.lockCampaign(tx, campaignId);
    const counted = this.claims.countOpen(tx, campaignId);
    // Under a limit of the account most of them would be taken for nothing.
    const taken = this.limits.hasAccountLimit ? undefined : this.claims.takeForSlots(tx, campaignId);
    const [campaign, counts, leads] = await Promise.all([locked, counted, taken]);
    if (!campaign) return NOTHING;
    if (campaign.hasNewWindow) return { ...NOTHING, metBlocked: true, again: true };
    // Its last call may end while it sleeps.
    if (campaign.isAsleep || (await this.fellAsleep(tx, campaign)))
      return { ...NOTHING, mayBeDone: true, owed: await this.limits.wantsNone(tx, campaign) };
    const own = await this.limits.ownRoom(tx, campaign, counts);
    const pool = await this.callerIds.poolOf(campaign, own.wanted > 0 ? numbers : [], tx);
    const wanted = Math.min(own.wanted, roomOf(pool));
    const room = await this.limits.withAccount(tx, campaign, { ...own, wanted });
    return this.fill(tx, campaign, room, pool, campaign.callDelay === 0 ? leads : undefined);
  }

  private async fill(
    tx: Pipeline,
    campaign: ClaimingCampaign,
    room: ClaimRoom,
    pool: CallerIdPool,
    taken?: ReadyLead[],
  ): Promise<Claim> {
    // One lead more than the account grants tells whether the campaign could use another slot.
    const seen = Math.min(room.wanted, room.granted + 1);
    const ready =
      taken?.slice(0, seen) ?? (seen > 0 ? await this.claims.takeReadyLeads(tx, campaign.id, seen) : []);
    const within = ready.slice(0, room.granted);
    const judged = within.length > 0 ? await this.judge.judge(campaign, within, tx) : [];
    const callable = judged.flatMap(({ lead, judgement }) =>
      judgement.kind === 'call' ? [{ ...lead, dialBefore: judgement.dialBefore }] : [],
    );
    const allowance = this.limits.allowanceFor(campaign, room, callable);
    const leads = callable.slice(0, allowance.calls);
    const calls = leads.length > 0 ? await this.makeCalls(tx, campaign, room, leads, pool) : [];
    const isHungry = ready.length > room.granted && leads.length === callable.length;
    const owed = await this.limits.close(tx, room, calls.length, isHungry ? room.wanted - calls.length : 0);
    if (await this.pausesFor(tx, campaign, room, allowance)) return { ...NOTHING, owed };
    const metBlocked = callable.length < within.length;
    const again = calls.length < leads.length || metBlocked;
    return { calls, again, metBlocked, mayBeDone: ready.length === 0 && room.open === 0, owed };
  }

  /** A campaign whose own clock says that nobody may be called leaves its leads alone until the window opens. */
  private async fellAsleep(tx: Tx, campaign: ClaimingCampaign): Promise<boolean> {
    const verdict = windowRulesOf(campaign.callingWindow, campaign.rulePack)?.verdictOnAll(campaign.now);
    if (!verdict || verdict.open) return false;
    if (verdict.opensAt) await this.claims.sleep(tx, campaign.id, verdict.opensAt);
    else await this.lifecycle.pauseItself(campaign.id, NEVER_OPEN, tx);
    return true;
  }

  /** A campaign that has reached a limit pauses itself, if anybody is left to call. */
  private async pausesFor(
    tx: Tx,
    campaign: ClaimingCampaign,
    room: ClaimRoom,
    allowance: Allowance,
  ): Promise<boolean> {
    const reason = this.limits.reasonFor(campaign, room, allowance);
    if (!reason || !(await this.claims.hasPendingLeads(tx, campaign.id))) return false;
    return this.lifecycle.pauseItself(campaign.id, reason, tx);
  }

  private async makeCalls(
    tx: Pipeline,
    campaign: ClaimingCampaign,
    { agents, account }: ClaimRoom,
    leads: CallableLead[],
    pool: CallerIdPool,
  ): Promise<string[]> {
    const last = agents.length > 0 ? await this.claims.lastAgent(tx, campaign.id) : null;
    const chosen = chooseAgents(campaign.agentStrategy, agents, leads.length, last);
    const from = this.callerIds.assign(campaign, leads, pool);
    const calls = leads.flatMap((lead, i) => this.callFor(lead, from.get(lead.id), chosen[i] ?? null));
    const { maxConcurrent, callDelay, agentStrategy } = campaign;
    const settings = { maxConcurrent, callDelay, agentStrategy };
    const making = this.claims.insertCalls(tx, campaign, calls, settings);
    // Under a cap per number they are judged once more, before anybody can see them.
    if (campaign.maxAttemptsPerNumber) return this.numberCaps.withinCap(tx, campaign, await making);
    // Where the account has a cap, its books are written after it.
    const [made] = await Promise.all([making, account ? undefined : tx.commit()]);
    return made;
  }

  /** No call for a lead that there is no number to call from: it stays as it is. */
  private callFor(lead: CallableLead, fromNumber: string | undefined, agentId: string | null): NewCall[] {
    if (fromNumber === undefined) return [];
    const { id: leadId, phoneNumber, dialBefore, attempts } = lead;
    const price = this.limits.priceOf(phoneNumber);
    return [
      { id: newId(), leadId, phoneNumber, fromNumber, agentId, attempt: attempts + 1, dialBefore, ...price },
    ];
  }
}
