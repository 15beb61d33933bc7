import type { TransitionTable } from '../common/index.js';

export type CampaignStatus = 'draft' | 'scheduled' | 'active' | 'paused' | 'stopped' | 'completed';

/** The life of a campaign (DESIGN: "Lives"). Each move is one guarded update. */
export const CAMPAIGN_TRANSITIONS: TransitionTable<CampaignStatus> = {
  draft: ['scheduled', 'active'],
  scheduled: ['draft', 'active'],
  active: ['paused', 'stopped', 'completed'],
  paused: ['active', 'stopped'],
  stopped: ['scheduled', 'active'],
  completed: ['scheduled', 'active'],
};
