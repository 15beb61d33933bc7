import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/index.js';
import { EventRecords } from '../journal/index.js';
import { LeadHooks, type ErasedPerson, type ErasureHook } from '../leads/index.js';

/** What was told of a person who is erased, or was yet to be, goes too. */
@Injectable()
export class OutboxErasure implements ErasureHook {
  constructor(
    private readonly events: EventRecords,
    hooks: LeadHooks,
  ) {
    hooks.erased.add(this);
  }

  async erase(tx: Tx, { phoneNumber }: ErasedPerson): Promise<void> {
    await this.events.forget(tx, phoneNumber);
  }
}
