import type { TransitionTable } from '../common/index.js';

export type LeadStatus = 'pending' | 'calling' | 'completed' | 'failed';

/** The life of a lead (DESIGN: "Lives"). `calling → pending` is a retry or a withdrawn call; whoever is through is called again by a new run. */
export const LEAD_TRANSITIONS: TransitionTable<LeadStatus> = {
  pending: ['calling', 'failed'],
  calling: ['pending', 'completed', 'failed'],
  completed: ['pending'],
  failed: ['pending'],
};
