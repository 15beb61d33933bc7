import { Injectable } from '@nestjs/common';
import { HookRegistry } from '../common/index.js';

/** What the dialer does when a campaign's life moves. Called after the move is committed. */
export interface CampaignLifecycleHook {
  /** The campaign has become active: dial. */
  started(campaignId: string): Promise<void>;
  /**
   * The campaign has ceased to be active. Resolves when no further placement of it can begin.
   * @param o hangup: also end the calls in progress
   */
  halted(campaignId: string, o: { hangup: boolean }): Promise<void>;
}

/** Shows a campaign's first leads in its detail, in the order the leads room lists them. */
export interface CampaignLeadsHook {
  firstLeads(campaignId: string, limit: number): Promise<unknown[]>;
}

/** What campaigns ask of the rooms above. */
@Injectable()
export class CampaignHooks {
  readonly lifecycle = new HookRegistry<CampaignLifecycleHook>();
  readonly leads = new HookRegistry<CampaignLeadsHook>();
}
