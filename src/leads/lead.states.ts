import type { TransitionTable } from '../common/index.js';

export const LEAD_STATUSES = ['pending', 'calling', 'completed', 'failed'] as const;
export type LeadStatus = (typeof LEAD_STATUSES)[number];

/** The life of a lead (DESIGN: "Lives"). `calling → pending` is a retry or a withdrawn call; whoever is through is called again by a new run. */
export const LEAD_TRANSITIONS: TransitionTable<LeadStatus> = {
  pending: ['calling', 'failed'],
  calling: ['pending', 'completed', 'failed'],
  completed: ['pending'],
  failed: ['pending'],
};
