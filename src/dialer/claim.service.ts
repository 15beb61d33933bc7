import { Injectable } from '@nestjs/common';
import { CampaignLifecycleService } from '../campaigns/index.js';
import { windowRulesOf } from '../compliance/index.js';
import { Checkpoints, newId } from '../common/index.js';
import { AppConfig } from '../config/index.js';
import { Database, type Pipeline, type Tx } from '../database/index.js';
import { CallsQueue } from './calls.queue.js';
import {
  ClaimRepository,
  type CallableLead,
  type ClaimingCampaign,
  type NewCall,
  type ReadyLead,
} from './claim.repository.js';
import { NumberCaps } from './number-cap.service.js';
import { ReadinessJudge } from './readiness/readiness-judge.js';
import { chooseAgents, freeSlots, type AgentLoad, type SlotLimits } from './rules/slots.js';

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
}

const NOTHING: Claim = { calls: [], again: false, metBlocked: false, mayBeDone: false };

const NEVER_OPEN = {
  code: 'WINDOW_NEVER_OPENS',
  message: 'The calling window does not open within the next 400 days',
};

/** Turns free slots into queued calls, or completes the campaign when nothing is left. */
@Injectable()
export class ClaimService {
  constructor(
    private readonly database: Database,
    private readonly claims: ClaimRepository,
    private readonly judge: ReadinessJudge,
    private readonly lifecycle: CampaignLifecycleService,
    private readonly queue: CallsQueue,
    private readonly config: AppConfig,
    private readonly checkpoints: Checkpoints,
    private readonly numberCaps: NumberCaps,
  ) {}

  /** One claim: committed first, queued after. A crash in between leaves calls that reconcile queues again. */
  async claim(campaignId: string): Promise<Claim> {
    const claim = await this.database.pipelined((tx) => this.claimIn(tx, campaignId));
    this.checkpoints.at('claim.committed');
    await this.queue.add(claim.calls.map((id) => ({ id, seq: 0 })));
    if (claim.mayBeDone) await this.lifecycle.complete(campaignId);
    return claim;
  }

  /** In three steps to Postgres and back, where neither agents nor the account have a cap: lock and count; take; make and commit. */
  private async claimIn(tx: Pipeline, campaignId: string): Promise<Claim> {
    const locked = this.claims.lockCampaign(tx, campaignId);
    const counted = this.claims.countOpen(tx, campaignId);
    const [campaign, counts] = await Promise.all([locked, counted]);
    if (!campaign) return NOTHING;
    if (campaign.hasNewWindow) return { ...NOTHING, metBlocked: true, again: true };
    // Its last call may end while it sleeps.
    if (campaign.isAsleep || (await this.fellAsleep(tx, campaign))) return { ...NOTHING, mayBeDone: true };
    const { limits, agents } = await this.limitsOf(tx, campaign, counts);
    const slots = freeSlots(limits);
    const leads = slots > 0 ? await this.claims.takeReadyLeads(tx, campaign.id, slots) : [];
    if (leads.length === 0) return { ...NOTHING, mayBeDone: limits.open === 0 };
    const callable = (await this.judge.judge(campaign, leads, tx)).flatMap(({ lead, judgement }) =>
      judgement.kind === 'call' ? [{ ...lead, dialBefore: judgement.dialBefore }] : [],
    );
    const calls = callable.length > 0 ? await this.makeCalls(tx, campaign, agents, callable) : [];
    const metBlocked = callable.length < leads.length;
    return { calls, again: calls.length < leads.length, metBlocked, mayBeDone: false };
  }

  /** A campaign whose own clock says that nobody may be called leaves its leads alone until the window opens. */
  private async fellAsleep(tx: Tx, campaign: ClaimingCampaign): Promise<boolean> {
    const verdict = windowRulesOf(campaign.callingWindow, campaign.rulePack)?.verdictOnAll(campaign.now);
    if (!verdict || verdict.open) return false;
    if (verdict.opensAt) await this.claims.sleep(tx, campaign.id, verdict.opensAt);
    else await this.lifecycle.pauseItself(campaign.id, NEVER_OPEN, tx);
    return true;
  }

  private async limitsOf(
    tx: Tx,
    campaign: ClaimingCampaign,
    counts: { open: number; queued: number },
  ): Promise<{ limits: SlotLimits; agents: AgentLoad[] }> {
    const agents = campaign.hasAgents ? await this.claims.lockAgents(tx, campaign.id) : [];
    const cap = this.config.CARRIER_MAX_CONCURRENT;
    const accountFree = cap === undefined ? null : cap - (await this.claims.lockAccount(tx));
    const { maxConcurrent, callDelay } = campaign;
    return {
      agents,
      limits: {
        maxConcurrent,
        callDelay,
        ...counts,
        agents,
        accountFree,
        cps: this.config.CARRIER_CPS ?? null,
      },
    };
  }

  private async makeCalls(
    tx: Pipeline,
    campaign: ClaimingCampaign,
    agents: AgentLoad[],
    leads: CallableLead[],
  ): Promise<string[]> {
    const last = agents.length > 0 ? await this.claims.lastAgent(tx, campaign.id) : null;
    const chosen = chooseAgents(campaign.agentStrategy, agents, leads.length, last);
    const calls = leads.map((lead, i) => this.callFor(lead, chosen[i] ?? null));
    const { maxConcurrent, callDelay, agentStrategy } = campaign;
    const settings = { maxConcurrent, callDelay, agentStrategy };
    const making = this.claims.insertCalls(tx, campaign.id, calls, settings);
    // Under a cap per number they are judged once more, before anybody can see them.
    if (campaign.maxAttemptsPerNumber) return this.numberCaps.withinCap(tx, campaign, await making);
    const [made] = await Promise.all([making, tx.commit()]);
    return made;
  }

  private callFor(lead: CallableLead, agentId: string | null): NewCall {
    return {
      id: newId(),
      leadId: lead.id,
      phoneNumber: lead.phoneNumber,
      fromNumber: this.callerIdFor(lead),
      agentId,
      attempt: lead.attempts + 1,
      dialBefore: lead.dialBefore,
    };
  }

  /** The same lead is always called from the same number of the pool. */
  private callerIdFor(lead: ReadyLead): string {
    const pool = this.config.TWILIO_PHONE_NUMBERS;
    return pool[parseInt(lead.id.slice(-8), 16) % pool.length] ?? '';
  }
}
