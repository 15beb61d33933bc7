import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AgentsModule } from '../agents/index.js';
import { ComplianceModule } from '../compliance/index.js';
import { AgentUsage } from './agent-usage.js';
import { CallerIdChoice } from './caller-id-choice.service.js';
import { CallerIdUsageRepository } from './caller-id-usage.repository.js';
import { CampaignAgent } from './campaign-agent.entity.js';
import { CampaignAgentsController } from './campaign-agents.controller.js';
import { CampaignAgentsRepository } from './campaign-agents.repository.js';
import { CampaignAgentsService } from './campaign-agents.service.js';
import { CampaignCounter } from './campaign-counter.entity.js';
import { CampaignCountersRepository } from './campaign-counters.repository.js';
import { CampaignHooks } from './campaign-hooks.js';
import { CampaignLifecycleService } from './campaign-lifecycle.service.js';
import { CampaignMovesController } from './campaign-moves.controller.js';
import { CampaignMovesRepository } from './campaign-moves.repository.js';
import { CampaignRecount } from './campaign-recount.service.js';
import { CampaignRemovalRepository } from './campaign-removal.repository.js';
import { CampaignRemoval } from './campaign-removal.service.js';
import { Campaign } from './campaign.entity.js';
import { CampaignsController } from './campaigns.controller.js';
import { CampaignsRepository } from './campaigns.repository.js';
import { CampaignsService } from './campaigns.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([Campaign, CampaignAgent, CampaignCounter]),
    AgentsModule,
    ComplianceModule,
  ],
  controllers: [CampaignsController, CampaignMovesController, CampaignAgentsController],
  providers: [
    AgentUsage,
    CallerIdChoice,
    CallerIdUsageRepository,
    CampaignAgentsRepository,
    CampaignAgentsService,
    CampaignCountersRepository,
    CampaignHooks,
    CampaignLifecycleService,
    CampaignMovesRepository,
    CampaignRecount,
    CampaignRemoval,
    CampaignRemovalRepository,
    CampaignsRepository,
    CampaignsService,
  ],
  exports: [
    CampaignCountersRepository,
    CampaignHooks,
    CampaignLifecycleService,
    CampaignsRepository,
    CampaignsService,
  ],
})
export class CampaignsModule {}
