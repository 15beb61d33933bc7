import { Injectable } from '@nestjs/common';
import { HookRegistry } from '../common/index.js';
import type { Tx } from '../database/index.js';

/** Who wants to know that a campaign has new leads to call, or leads that became callable. */
export interface LeadsListener {
  /** Called after the leads are committed. A failure is logged; it never fails the request that added them. */
  leadsAdded(campaignId: string): Promise<void>;
}

/** Who is erased. */
export interface ErasedPerson {
  /** E.164. */
  phoneNumber: string;
  /** Of the person's leads, as they were written; often one. */
  names: string[];
}

/** A room that keeps something of people. */
export interface ErasureHook {
  /** Removes the person from what the room keeps in this workspace, in the transaction that erases all of it. */
  erase(tx: Tx, person: ErasedPerson): Promise<void>;
}

/** What upper rooms are told by this one: the dialer wakes an active campaign here; who keeps people's data removes it. */
@Injectable()
export class LeadHooks {
  readonly added = new HookRegistry<LeadsListener>();
  readonly erased = new HookRegistry<ErasureHook>();
}
