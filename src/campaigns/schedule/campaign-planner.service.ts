import { Injectable } from '@nestjs/common';
import { Clock, notFound, ruleError } from '../../common/index.js';
import { Database, type Tx } from '../../database/index.js';
import { Audit, changed } from '../../journal/index.js';
import { CampaignsRepository, type CampaignFields, type PlannedFields } from '../campaigns.repository.js';
import { CampaignRunsRepository } from './campaign-runs.repository.js';
import { NO_SCHEDULE, planSchedule, type Schedule, type ScheduleRefusal } from './plan.js';
import { reasonOf } from './reasons.js';
import { ScheduleRepository } from './schedule.repository.js';

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
    private readonly audit: Audit,
  ) {}

  /** @returns the new campaign's id. @throws DomainError any of `ScheduleRefusal` */
  create(fields: CampaignFields & { name: string }): Promise<string> {
    const planned = plannedOf(NO_SCHEDULE, fields, this.clock.now());
    return this.database.transaction(async (tx) => {
      const id = await this.campaigns.insert(tx, { ...fields, ...planned });
      await this.audit.record(tx, { ...changeOf('campaign.created', id), after: fields });
      return id;
    });
  }

  /** @throws DomainError `CAMPAIGN_NOT_FOUND`, `CAMPAIGN_ACTIVE`, any of `ScheduleRefusal` */
  async update(id: string, fields: CampaignFields): Promise<void> {
    await this.database.transaction(async (tx) => {
      const campaign = await this.campaigns.findLocked(tx, id);
      if (!campaign) throw notFound('Campaign');
      if (campaign.status === 'active') throw active();
      const planned = isAboutSchedule(fields) ? await this.plan(tx, id, fields) : {};
      const changes = { ...fields, ...planned };
      await this.campaigns.update(id, changes, tx);
      if (fields.recurrence !== undefined) {
        await this.runs.closeOpening(tx, id, 'canceled', reasonOf('SCHEDULE_CHANGED'));
      }
      await this.audit.record(tx, { ...changeOf('campaign.updated', id), ...changed(campaign, changes) });
    });
  }

  /** What the schedule makes of the fields, on the database's clock. */
  private async plan(tx: Tx, id: string, fields: CampaignFields): Promise<PlannedFields> {
    const schedule = await this.schedules.lock(tx, id);
    if (!schedule) throw notFound('Campaign');
    return plannedOf(schedule, fields, schedule.now);
  }
}

function changeOf(action: string, id: string) {
  return { action, entity: 'campaign', entityId: id, campaignId: id };
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
