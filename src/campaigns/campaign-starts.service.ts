import { Injectable, Logger } from '@nestjs/common';
import { notFound, ruleError, type DomainError } from '../common/index.js';
import type { Tx } from '../database/index.js';
import { CampaignAgentsRepository } from './campaign-agents.repository.js';
import { CampaignHooks } from './campaign-hooks.js';
import { CampaignMovesRepository } from './campaign-moves.repository.js';
import type { CampaignStatus } from './campaign.states.js';
import { CampaignRunsRepository } from './schedule/campaign-runs.repository.js';
import { rearmed } from './schedule/plan.js';
import { ScheduleRepository } from './schedule/schedule.repository.js';

/** How a campaign becomes active, by hand or by its schedule. The caller's transaction is committed before `tellStarted`. */
@Injectable()
export class CampaignStarts {
  private readonly logger = new Logger(CampaignStarts.name);

  constructor(
    private readonly moves: CampaignMovesRepository,
    private readonly assignments: CampaignAgentsRepository,
    private readonly schedules: ScheduleRepository,
    private readonly runs: CampaignRunsRepository,
    private readonly hooks: CampaignHooks,
  ) {}

  /** Starts a campaign, or says why not. A recurrence that was stopped by hand goes on. Answers the status it had. */
  async byHand(tx: Tx, id: string): Promise<CampaignStatus> {
    const schedule = await this.schedules.lock(tx, id);
    if (!schedule) throw notFound('Campaign');
    const refusal = await this.tryStart(tx, id, schedule.status, false);
    if (refusal) throw refusal;
    await this.runs.begin(tx, id, 'manual', null);
    if (schedule.recurrence && !schedule.nextRunAt) {
      await this.schedules.setNextRun(tx, id, rearmed(schedule, schedule.now));
    }
    return schedule.status;
  }

  /** Starts a campaign at rest whose lock `tx` holds, or answers why not. */
  bySchedule(tx: Tx, id: string): Promise<DomainError | undefined> {
    return this.tryStart(tx, id, 'scheduled', true);
  }

  /** True also for a campaign without agents: the default agent calls. Locks them, so that none is deleted meanwhile. */
  async hasAgent(tx: Tx, id: string): Promise<boolean> {
    const agents = await this.assignments.lockAssigned(tx, id);
    return agents.length === 0 || agents.includes(true);
  }

  /** The start is committed and stands: a dialer that misses the news finds the campaign at its next tick. */
  async tellStarted(id: string): Promise<void> {
    try {
      await this.hooks.lifecycle.each((hook) => hook.started(id));
    } catch (error) {
      this.logger.warn(`Campaign ${id} is active, but the dialer was not woken: ${String(error)}`);
    }
  }

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
    if (await this.moves.hasEnded(tx, id)) return endPassed();
    if (!(await this.moves.hasPendingLeads(tx, id))) {
      return ruleError('NO_PENDING_LEADS', 'Campaign has no pending leads', 'Add leads, then start it');
    }
    return noActiveAgent();
  }
}

export function endPassed(): DomainError {
  return ruleError(
    'END_AT_PASSED',
    'The end of the campaign (endAt) has passed',
    'Set endAt to a later time, or to null',
  );
}

export function noActiveAgent(): DomainError {
  return ruleError(
    'NO_ACTIVE_AGENT',
    'None of the assigned agents is active',
    'Activate one, assign another, or take them all off: the default agent then calls',
  );
}
