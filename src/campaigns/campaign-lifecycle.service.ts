import { Injectable, Logger } from '@nestjs/common';
import { DomainError, notFound, ruleError } from '../common/index.js';
import { Database, type Tx } from '../database/index.js';
import { CampaignDiary } from './campaign-diary.js';
import { CampaignHooks } from './campaign-hooks.js';
import { CampaignMovesRepository } from './campaign-moves.repository.js';
import { CampaignStarts, endPassed, noActiveAgent } from './campaign-starts.service.js';
import type { SelfPause } from './campaign.entity.js';
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
    private readonly starts: CampaignStarts,
    private readonly hooks: CampaignHooks,
    private readonly diary: CampaignDiary,
  ) {}

  /**
   * Draft, scheduled, stopped or completed → active. Of two starts at once, one is refused.
   * @throws DomainError `CAMPAIGN_NOT_FOUND`, `CAMPAIGN_ACTIVE`, `CAMPAIGN_PAUSED`, `END_AT_PASSED`, `NO_PENDING_LEADS`,
   *   `NO_ACTIVE_AGENT`
   */
  async start(id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const from = await this.starts.byHand(tx, id);
      await this.diary.asked(tx, id, { from, to: 'active' });
    });
    await this.starts.tellStarted(id);
  }

  /** Paused → active. @throws DomainError `CAMPAIGN_NOT_FOUND`, `CAMPAIGN_NOT_PAUSED`, `END_AT_PASSED`, `NO_ACTIVE_AGENT` */
  async resume(id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const status = await this.campaigns.lock(tx, id);
      if (!status) throw notFound('Campaign');
      const hasAgent = await this.starts.hasAgent(tx, id);
      if (!hasAgent && status === 'paused') throw noActiveAgent();
      if (await this.moves.resume(tx, id)) return this.diary.asked(tx, id, { from: 'paused', to: 'active' });
      if (status === 'paused') throw endPassed();
      throw ruleError('CAMPAIGN_NOT_PAUSED', `Only a paused campaign can be resumed; it is ${status}`);
    });
    await this.starts.tellStarted(id);
  }

  /**
   * Active → paused. When it returns, no further placement of the campaign can begin.
   * @throws DomainError `CAMPAIGN_NOT_FOUND`, `CAMPAIGN_NOT_ACTIVE`, `HALT_UNCONFIRMED` (it is paused nevertheless)
   */
  async pause(id: string, options: HaltOptions): Promise<void> {
    const isPaused = await this.database.transaction(async (tx) => {
      if (!(await this.moves.pause(id, null, tx))) return false;
      await this.diary.asked(tx, id, { from: 'active', to: 'paused', details: options });
      return true;
    });
    if (!isPaused) {
      const status = await this.statusOf(id);
      throw ruleError('CAMPAIGN_NOT_ACTIVE', `Only an active campaign can be paused; it is ${status}`);
    }
    await this.halt(id, 'paused', options);
  }

  /**
   * Active or paused → stopped, and its recurrence with it. When it returns, no further placement of it can begin.
   * @throws DomainError `CAMPAIGN_NOT_FOUND`, `CAMPAIGN_NOT_RUNNING`, `HALT_UNCONFIRMED` (it is stopped nevertheless)
   */
  async stop(id: string, options: HaltOptions): Promise<void> {
    await this.database.transaction(async (tx) => {
      const from = await this.campaigns.lock(tx, id);
      if (!from) throw notFound('Campaign');
      if (!(await this.moves.stop(id, null, tx))) throw notRunning(from);
      await this.diary.asked(tx, id, { from, to: 'stopped', details: options });
    });
    await this.halt(id, 'stopped', options);
  }

  /**
   * Active → paused for a reason the dialer found. Does not call the `halted` hook: it waits until the calls being
   * placed are through, and the caller may be one of them. Answers whether this call paused it.
   */
  async pauseItself(id: string, reason: SelfPause, tx?: Tx): Promise<boolean> {
    if (!tx) return this.database.transaction((own) => this.pauseItself(id, reason, own));
    if (!(await this.moves.pause(id, reason, tx))) return false;
    await this.diary.byItself(tx, id, { from: 'active', to: 'paused', details: { reason } });
    return true;
  }

  /** Active → completed, if every lead is completed or failed and none is being added. Answers whether it did. */
  complete(id: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      if (!(await this.campaigns.tryClose(tx, id)) || !(await this.moves.complete(tx, id))) return false;
      await this.diary.byItself(tx, id, { from: 'active', to: 'completed' });
      return true;
    });
  }

  /**
   * For a campaign that has just ceased to be active: resolves when no further placement of it can begin.
   * @throws DomainError `HALT_UNCONFIRMED`: the move is committed and stands; only that nothing can ring any more is not
   *   sure, and the answer says just that
   */
  async halt(id: string, status: CampaignStatus, options: HaltOptions): Promise<void> {
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

function notRunning(status: CampaignStatus): DomainError {
  return ruleError(
    'CAMPAIGN_NOT_RUNNING',
    `Only an active or paused campaign can be stopped; it is ${status}`,
  );
}
