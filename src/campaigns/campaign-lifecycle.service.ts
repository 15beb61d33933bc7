import { Injectable, Logger } from '@nestjs/common';
import { DomainError, notFound, ruleError } from '../common/index.js';
import { Database, type Tx } from '../database/index.js';
import { CampaignAgentsRepository } from './campaign-agents.repository.js';
import { CampaignHooks } from './campaign-hooks.js';
import { CampaignMovesRepository } from './campaign-moves.repository.js';
import type { PausedReason } from './campaign.entity.js';
import type { CampaignStatus } from './campaign.states.js';
import { CampaignsRepository } from './campaigns.repository.js';

interface HaltOptions {
  /** Also end the calls in progress; without it they end by themselves. */
  hangup: boolean;
}

/**
 * The life of a campaign (DESIGN: "Lives"): each move is one guarded UPDATE, and the dialer is told after it is
 * committed. Locks are taken as the claim takes them: the campaign, then its agents by id.
 */
@Injectable()
export class CampaignLifecycleService {
  private readonly logger = new Logger(CampaignLifecycleService.name);

  constructor(
    private readonly database: Database,
    private readonly campaigns: CampaignsRepository,
    private readonly moves: CampaignMovesRepository,
    private readonly assignments: CampaignAgentsRepository,
    private readonly hooks: CampaignHooks,
  ) {}

  /**
   * Draft, scheduled, stopped or completed → active. Of two starts at once, one is refused.
   * @throws DomainError `CAMPAIGN_NOT_FOUND`, `CAMPAIGN_ACTIVE`, `CAMPAIGN_PAUSED`, `NO_PENDING_LEADS`, `NO_ACTIVE_AGENT`
   */
  async start(id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const status = await this.campaigns.lock(tx, id);
      if (!status) throw notFound('Campaign');
      const refusal = await this.tryStart(tx, id, status, false);
      if (refusal) throw refusal;
    });
    await this.tellStarted(id);
  }

  /** Paused → active. @throws DomainError `CAMPAIGN_NOT_FOUND`, `CAMPAIGN_NOT_PAUSED`, `NO_ACTIVE_AGENT` */
  async resume(id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const status = await this.campaigns.lock(tx, id);
      if (!status) throw notFound('Campaign');
      const hasAgent = await this.hasAgent(tx, id);
      if (!hasAgent && status === 'paused') throw noActiveAgent();
      if (await this.moves.resume(tx, id)) return;
      throw ruleError('CAMPAIGN_NOT_PAUSED', `Only a paused campaign can be resumed; it is ${status}`);
    });
    await this.tellStarted(id);
  }

  /**
   * Active → paused. When it returns, no further placement of the campaign can begin.
   * @throws DomainError `CAMPAIGN_NOT_FOUND`, `CAMPAIGN_NOT_ACTIVE`, `HALT_UNCONFIRMED` (it is paused nevertheless)
   */
  async pause(id: string, options: HaltOptions): Promise<void> {
    if (!(await this.moves.pause(id, null))) {
      const status = await this.statusOf(id);
      throw ruleError('CAMPAIGN_NOT_ACTIVE', `Only an active campaign can be paused; it is ${status}`);
    }
    await this.halt(id, 'paused', options);
  }

  /**
   * Active or paused → stopped. When it returns, no further placement of the campaign can begin.
   * @throws DomainError `CAMPAIGN_NOT_FOUND`, `CAMPAIGN_NOT_RUNNING`, `HALT_UNCONFIRMED` (it is stopped nevertheless)
   */
  async stop(id: string, options: HaltOptions): Promise<void> {
    if (!(await this.moves.stop(id))) {
      const status = await this.statusOf(id);
      throw ruleError(
        'CAMPAIGN_NOT_RUNNING',
        `Only an active or paused campaign can be stopped; it is ${status}`,
      );
    }
    await this.halt(id, 'stopped', options);
  }

  /**
   * Active → paused for a reason the dialer found. Does not call the `halted` hook: it waits until the calls being
   * placed are through, and the caller may be one of them. Answers whether this call paused it.
   */
  pauseItself(id: string, reason: PausedReason, tx?: Tx): Promise<boolean> {
    return this.moves.pause(id, reason, tx);
  }

  /** Active → completed, if every lead is completed or failed and none is being added. Answers whether it did. */
  complete(id: string): Promise<boolean> {
    return this.database.transaction(
      async (tx) => (await this.campaigns.tryClose(tx, id)) && (await this.moves.complete(tx, id)),
    );
  }

  /**
   * Starts the scheduled campaigns whose time (database clock) has come, each exactly once however many processes
   * ask. One that cannot start (no pending lead, no active agent) is a draft again, with the reason in
   * `pausedReason`: leads added days later must not start ringing at once. Answers the ids started.
   */
  async startDue(): Promise<string[]> {
    const tried: string[] = [];
    const started: string[] = [];
    for (let next = await this.startNextDue(tried); next; next = await this.startNextDue(tried)) {
      tried.push(next.id);
      if (!next.isStarted) continue;
      started.push(next.id);
      await this.tellStarted(next.id);
    }
    return started;
  }

  private startNextDue(except: string[]): Promise<{ id: string; isStarted: boolean } | undefined> {
    return this.database.transaction(async (tx) => {
      const id = await this.moves.takeDue(tx, except);
      if (!id) return undefined;
      const refusal = await this.tryStart(tx, id, 'scheduled', true);
      if (!refusal) return { id, isStarted: true };
      const { code, message } = refusal;
      await this.moves.unschedule(tx, id, { code, message: `Not started as scheduled: ${message}` });
      return { id, isStarted: false };
    });
  }

  /** Starts a campaign whose lock `tx` holds, or answers why not. */
  private async tryStart(
    tx: Tx,
    id: string,
    status: CampaignStatus,
    bySchedule: boolean,
  ): Promise<DomainError | undefined> {
    const hasAgent = await this.hasAgent(tx, id);
    if (hasAgent && (await this.moves.start(tx, id, bySchedule))) return undefined;
    if (status === 'active') return ruleError('CAMPAIGN_ACTIVE', 'Campaign is already active');
    if (status === 'paused') {
      return ruleError('CAMPAIGN_PAUSED', 'Campaign is paused', 'Use resume to go on where it was');
    }
    if (!(await this.moves.hasPendingLeads(tx, id))) {
      return ruleError('NO_PENDING_LEADS', 'Campaign has no pending leads', 'Add leads, then start it');
    }
    return noActiveAgent();
  }

  /** True also for a campaign without agents: the default agent calls. Locks them, so that none is deleted meanwhile. */
  private async hasAgent(tx: Tx, id: string): Promise<boolean> {
    const agents = await this.assignments.lockAssigned(tx, id);
    return agents.length === 0 || agents.includes(true);
  }

  /** The start is committed and stands: a dialer that misses the news finds the campaign at its next tick. */
  private async tellStarted(id: string): Promise<void> {
    try {
      await this.hooks.lifecycle.each((hook) => hook.started(id));
    } catch (error) {
      this.logger.warn(`Campaign ${id} is active, but the dialer was not woken: ${String(error)}`);
    }
  }

  /** The move is committed and stands; only that nothing can ring any more is not sure, and the answer says just that. */
  private async halt(id: string, status: CampaignStatus, options: HaltOptions): Promise<void> {
    try {
      await this.hooks.lifecycle.each((hook) => hook.halted(id, options));
    } catch (error) {
      this.logger.error(`Campaign ${id} is ${status}, but its halt was not confirmed: ${String(error)}`);
      throw new DomainError(
        'unavailable',
        'HALT_UNCONFIRMED',
        `Campaign is ${status}, but it is not certain that no call is being placed any more`,
        `The campaign is ${status}: do not repeat the request. Calls already on their way may still ring.`,
      );
    }
  }

  private async statusOf(id: string): Promise<CampaignStatus> {
    const campaign = await this.campaigns.find(id);
    if (!campaign) throw notFound('Campaign');
    return campaign.status;
  }
}

function noActiveAgent(): DomainError {
  return ruleError(
    'NO_ACTIVE_AGENT',
    'None of the assigned agents is active',
    'Activate one, assign another, or take them all off: the default agent then calls',
  );
}
