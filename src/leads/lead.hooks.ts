import { Injectable } from '@nestjs/common';
import { HookRegistry } from '../common/index.js';

/** Who wants to know that a campaign has new leads to call, or leads that became callable. */
export interface LeadsListener {
  /** Called after the leads are committed. A failure is logged; it never fails the request that added them. */
  leadsAdded(campaignId: string): Promise<void>;
}

/** What upper rooms are told by this one: the dialer wakes an active campaign here. */
@Injectable()
export class LeadHooks {
  readonly added = new HookRegistry<LeadsListener>();
}
