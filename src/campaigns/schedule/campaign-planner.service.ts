import { Injectable } from '@nestjs/common';
import { Clock, notFound, ruleError, statesOf } from '../../common/index.js';
import { Database, type Tx } from '../../database/index.js';
import { CAMPAIGN_TRANSITIONS } from '../campaign.states.js';
import { CampaignsRepository, type CampaignFields, type PlannedFields } from '../campaigns.repository.js';
import { CampaignRunsRepository } from './campaign-runs.repository.js';
import { NO_SCHEDULE, planSchedule, type Schedule, type ScheduleRefusal } from './plan.js';
import { reasonOf } from './reasons.js';
import { ScheduleRepository } from './schedule.repository.js';

const AT_REST = statesOf(CAMPAIGN_TRANSITIONS).filter((status) => status !== 'active');

const REFUSALS: Record<ScheduleRefusal, string> = {
  SCHEDULED_IN_PAST: 'scheduledAt must be in the future',
  END_IN_PAST: 'endAt must be in the future',
  ENDS_BEFORE_START: 'endAt must be after scheduledAt',
  CAMPAIGN_NOT_SCHEDULABLE: 'A paused campaign cannot be scheduled: resume or stop it first',
  RECURRENCE_NEVER_RUNS: 'recurrence has no run that is due before its until and the endAt of the campaign',
};

/** Writes a campaign's fields, and what its schedule makes of them. */
@Injectable()
export class CampaignPlanner {
  constructor(
    private readonly database: Database,
    private readonly campaigns: CampaignsRepository,
    private readonly schedules: ScheduleRepository,
    private readonly runs: CampaignRunsRepository,
    private readonly clock: Clock,
  ) {}

  /** @returns the new campaign's id. @throws DomainError any of `ScheduleRefusal` */
  create(fields: CampaignFields & { name: string }): Promise<string> {
    const planned = plannedOf(NO_SCHEDULE, fields, this.clock.now());
    return this.database.transaction((tx) => this.campaigns.insert(tx, { ...fields, ...planned }));
  }

  /** @throws DomainError `CAMPAIGN_NOT_FOUND`, `CAMPAIGN_ACTIVE`, any of `ScheduleRefusal` */
  async update(id: string, fields: CampaignFields): Promise<void> {
    if (!isAboutSchedule(fields)) {
      if (await this.database.transaction((tx) => this.campaigns.update(tx, id, fields, AT_REST))) return;
      throw (await this.campaigns.find(id)) ? active() : notFound('Campaign');
    }
    await this.database.transaction((tx) => this.updateSchedule(tx, id, fields));
  }

  private async updateSchedule(tx: Tx, id: string, fields: CampaignFields): Promise<void> {
    const schedule = await this.schedules.lock(tx, id);
    if (!schedule) throw notFound('Campaign');
    if (schedule.status === 'active') throw active();
    const planned = plannedOf(schedule, fields, schedule.now);
    await this.campaigns.update(tx, id, { ...fields, ...planned }, AT_REST);
    if (fields.recurrence === undefined) return;
    await this.runs.closeOpening(tx, id, 'canceled', reasonOf('SCHEDULE_CHANGED'));
  }
}

function isAboutSchedule({ scheduledAt, endAt, recurrence }: CampaignFields): boolean {
  return scheduledAt !== undefined || endAt !== undefined || recurrence !== undefined;
}

function plannedOf(current: Schedule, fields: CampaignFields, now: Date): PlannedFields {
  const { scheduledAt, endAt, recurrence } = fields;
  const plan = planSchedule(current, { scheduledAt, endAt, recurrence }, now);
  if (plan.refusal !== null) throw ruleError(plan.refusal, REFUSALS[plan.refusal]);
  const { schedule } = plan;
  return {
    status: schedule.status,
    scheduledAt: schedule.scheduledAt,
    endAt: schedule.endAt,
    recurrence: schedule.recurrence,
    nextRunAt: schedule.nextRunAt,
    runsLeft: schedule.runsLeft,
  };
}

function active(): Error {
  return ruleError('CAMPAIGN_ACTIVE', 'Cannot update an active campaign', 'Pause or stop the campaign first');
}
