export {
  CampaignCountersRepository,
  addToCounters,
  type CounterDelta,
  type CounterTotals,
} from './campaign-counters.repository.js';
export { CampaignHooks, type CampaignLeadsHook, type CampaignLifecycleHook } from './campaign-hooks.js';
export { CampaignLifecycleService } from './campaign-lifecycle.service.js';
export { Campaign, type AgentStrategy, type SelfPause } from './campaign.entity.js';
export { toCampaignResponse, type CampaignTotals } from './dto/campaign.response.js';
export { CampaignRecount, type CampaignDifference } from './campaign-recount.service.js';
export { CampaignRemoval } from './campaign-removal.service.js';
export { CAMPAIGN_TRANSITIONS, type CampaignStatus } from './campaign.states.js';
export { CampaignsModule } from './campaigns.module.js';
export { CampaignsRepository } from './campaigns.repository.js';
export { CreateCampaignDto } from './dto/create-campaign.dto.js';
export { DEFAULT_OPT_OUT, type OptOut } from './opt-out.js';
export { CampaignsService, type CampaignProgress } from './campaigns.service.js';
export { nextStartOf } from './schedule/plan.js';
export { isReopened } from './schedule/reopen.js';
export { runsFrom } from './schedule/running.js';
export { ScheduleTick } from './schedule/schedule-tick.js';
export type { NumberCap, RetryRule } from './retry-rules.js';
