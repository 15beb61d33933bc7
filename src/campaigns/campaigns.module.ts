import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AgentsModule } from '../agents/index.js';
import { ComplianceModule } from '../compliance/index.js';
import { JournalModule, OutboxModule } from '../journal/index.js';
import { AgentUsage } from './agent-usage.js';
import { CallerIdChoice } from './caller-id-choice.service.js';
import { CallerIdUsageRepository } from './caller-id-usage.repository.js';
import { CampaignAgent } from './campaign-agent.entity.js';
import { CampaignAgentsController } from './campaign-agents.controller.js';
import { CampaignAgentsRepository } from './campaign-agents.repository.js';
import { CampaignAgentsService } from './campaign-agents.service.js';
import { CampaignCounter } from './campaign-counter.entity.js';
import { CampaignCountersRepository } from './campaign-counters.repository.js';
import { CampaignDiary } from './campaign-diary.js';
import { CampaignHooks } from './campaign-hooks.js';
import { CampaignLifecycleService } from './campaign-lifecycle.service.js';
import { CampaignMovesController } from './campaign-moves.controller.js';
import { CampaignMovesRepository } from './campaign-moves.repository.js';
import { CampaignRecount } from './campaign-recount.service.js';
import { CampaignRemovalRepository } from './campaign-removal.repository.js';
import { CampaignStarts } from './campaign-starts.service.js';
import { CampaignRemoval } from './campaign-removal.service.js';
import { Campaign } from './campaign.entity.js';
import { CampaignsController } from './campaigns.controller.js';
import { CampaignsRepository } from './campaigns.repository.js';
import { CampaignsService } from './campaigns.service.js';
import { CampaignEnds } from './schedule/campaign-ends.service.js';
import { CampaignPlanner } from './schedule/campaign-planner.service.js';
import { CampaignRun } from './schedule/campaign-run.entity.js';
import { CampaignRunsController } from './schedule/campaign-runs.controller.js';
import { CampaignRunsRepository } from './schedule/campaign-runs.repository.js';
import { CampaignRuns } from './schedule/campaign-runs.service.js';
import { DueCampaigns } from './schedule/due-campaigns.js';
import { RecurringRuns } from './schedule/recurring-runs.service.js';
import { ReopenRepository } from './schedule/reopen.repository.js';
import { RunOpener } from './schedule/run-opener.service.js';
import { RunStarter } from './schedule/run-starter.js';
import { ScheduleTick } from './schedule/schedule-tick.js';
import { ScheduleRepository } from './schedule/schedule.repository.js';
import { ScheduledStarts } from './schedule/scheduled-starts.service.js';

/** When campaigns start and end by themselves. */
const SCHEDULES = [
  CampaignEnds,
  CampaignPlanner,
  CampaignRuns,
  CampaignRunsRepository,
  CampaignStarts,
  DueCampaigns,
  RecurringRuns,
  ReopenRepository,
  RunOpener,
  RunStarter,
  ScheduleRepository,
  ScheduleTick,
  ScheduledStarts,
];

@Module({
  imports: [
    TypeOrmModule.forFeature([Campaign, CampaignAgent, CampaignCounter, CampaignRun]),
    AgentsModule,
    ComplianceModule,
    JournalModule,
    OutboxModule,
  ],
  controllers: [
    CampaignsController,
    CampaignMovesController,
    CampaignAgentsController,
    CampaignRunsController,
  ],
  providers: [
    AgentUsage,
    CallerIdChoice,
    CallerIdUsageRepository,
    CampaignAgentsRepository,
    CampaignAgentsService,
    CampaignCountersRepository,
    CampaignDiary,
    CampaignHooks,
    CampaignLifecycleService,
    CampaignMovesRepository,
    CampaignRecount,
    CampaignRemoval,
    CampaignRemovalRepository,
    CampaignsRepository,
    CampaignsService,
    ...SCHEDULES,
  ],
  exports: [
    CampaignCountersRepository,
    CampaignHooks,
    CampaignLifecycleService,
    CampaignsRepository,
    CampaignsService,
    ScheduleTick,
    ScheduledStarts,
  ],
})
export class CampaignsModule {}
