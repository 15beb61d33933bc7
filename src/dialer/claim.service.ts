import { Injectable } from '@nestjs/common';
import { CampaignLifecycleService } from '../campaigns/index.js';
import { Checkpoints, newId } from '../common/index.js';
import { AppConfig } from '../config/index.js';
import { Database, type Pipeline, type Tx } from '../database/index.js';
import { CallsQueue } from './calls.queue.js';
import { ClaimLimits, type ClaimRoom } from './claim-limits.js';
import { ClaimRepository, type ClaimingCampaign, type NewCall, type ReadyLead } from './claim.repository.js';
import type { Allowance } from './rules/budget.js';
import { chooseAgents } from './rules/slots.js';

/** What one claim did. */
export interface Claim {
  /** Ids of the calls made. */
  calls: string[];
  /** Leads were passed over (their numbers are in other calls, or suppressed): claim again at once. */
  again: boolean;
  /** Suppressed leads are next: out of the way with them before anybody claims again. */
  metSuppressed: boolean;
  /** No lead was ready and no call is open: the campaign may have nothing left. */
  mayBeDone: boolean;
  /** Ids of campaigns that slots of the account are due to: they must claim. */
  owed: string[];
}

const NOTHING: Claim = { calls: [], again: false, metSuppressed: false, mayBeDone: false, owed: [] };

/** Turns free slots into queued calls, or completes the campaign when nothing is left. */
@Injectable()
export class ClaimService {
  constructor(
    private readonly database: Database,
    private readonly claims: ClaimRepository,
    private readonly limits: ClaimLimits,
    private readonly lifecycle: CampaignLifecycleService,
    private readonly queue: CallsQueue,
    private readonly config: AppConfig,
    private readonly checkpoints: Checkpoints,
  ) {}

  /** One claim: committed first, queued after. A crash in between leaves calls that reconcile queues again. */
  async claim(campaignId: string): Promise<Claim> {
    const claim = await this.database.pipelined((tx) => this.claimIn(tx, campaignId));
    this.checkpoints.at('claim.committed');
    await this.queue.add(claim.calls.map((id) => ({ id, seq: 0 })));
    if (claim.mayBeDone) await this.lifecycle.complete(campaignId);
    return claim;
  }

  /**
   * In three steps to Postgres and back, where neither the campaign nor its agents nor the account have a limit of their own:
   * lock and count; take; make and commit.
   */
  private async claimIn(tx: Pipeline, campaignId: string): Promise<Claim> {
    const locked = this.claims.lockCampaign(tx, campaignId);
    const counted = this.claims.countOpen(tx, campaignId);
    const [campaign, counts] = await Promise.all([locked, counted]);
    if (!campaign) return NOTHING;
    const room = await this.limits.roomFor(tx, campaign, counts);
    // One lead more than the account grants tells whether the campaign could use another slot.
    const seen = Math.min(room.wanted, room.granted + 1);
    const ready = seen > 0 ? await this.claims.takeReadyLeads(tx, campaign.id, seen) : [];
    const callable = ready.slice(0, room.granted).filter((lead) => !lead.isSuppressed);
    const allowance = this.limits.allowanceFor(campaign, room, callable);
    const leads = callable.slice(0, allowance.calls);
    const calls = leads.length > 0 ? await this.makeCalls(tx, campaign, room, leads) : [];
    const isHungry = ready.length > room.granted && leads.length === callable.length;
    const owed = await this.limits.close(tx, room, calls.length, isHungry ? room.wanted - calls.length : 0);
    if (await this.pausesFor(tx, campaign, room, allowance)) return { ...NOTHING, owed };
    const metSuppressed = ready.some((lead) => lead.isSuppressed);
    const again = calls.length < leads.length || metSuppressed;
    return { calls, again, metSuppressed, mayBeDone: ready.length === 0 && room.open === 0, owed };
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
    leads: ReadyLead[],
  ): Promise<string[]> {
    const last = agents.length > 0 ? await this.claims.lastAgent(tx, campaign.id) : null;
    const chosen = chooseAgents(campaign.agentStrategy, agents, leads.length, last);
    const calls = leads.map((lead, i) => this.callFor(lead, chosen[i] ?? null));
    const { maxConcurrent, callDelay, agentStrategy } = campaign;
    const settings = { maxConcurrent, callDelay, agentStrategy };
    const [made] = await Promise.all([
      this.claims.insertCalls(tx, campaign.id, calls, settings),
      // Where the account has a cap, its books are written after it.
      account ? undefined : tx.commit(),
    ]);
    return made;
  }

  private callFor(lead: ReadyLead, agentId: string | null): NewCall {
    return {
      id: newId(),
      leadId: lead.id,
      phoneNumber: lead.phoneNumber,
      fromNumber: this.callerIdFor(lead),
      agentId,
      attempt: lead.attempts + 1,
      ...this.limits.priceOf(lead.phoneNumber),
    };
  }

  /** The same lead is always called from the same number of the pool. */
  private callerIdFor(lead: ReadyLead): string {
    const pool = this.config.TWILIO_PHONE_NUMBERS;
    return pool[parseInt(lead.id.slice(-8), 16) % pool.length] ?? '';
  }
}
