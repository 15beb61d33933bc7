import { Injectable } from '@nestjs/common';
import { HookRegistry } from '../common/index.js';
import type { Tx } from '../database/index.js';

/** Answers what is called from a number; asked inside the transaction that would take it away. */
export interface PhoneNumberUsageHook {
  /** A campaign that names this number, whatever its status. */
  campaignNaming(phoneNumber: string, tx: Tx): Promise<string | null>;
  /** An active campaign that could call from no other number. @returns its name */
  campaignLeftWithout(phoneNumber: string, tx: Tx): Promise<string | null>;
}

/** Told when a number or its rest was changed by this process, after the commit. */
export interface PhoneNumberListener {
  phoneNumbersChanged(): void;
}

/** What this room asks of, and tells, the rooms above. */
@Injectable()
export class PhoneNumberHooks {
  readonly usage = new HookRegistry<PhoneNumberUsageHook>();
  readonly changed = new HookRegistry<PhoneNumberListener>();

  tellChanged(): void {
    for (const listener of this.changed.all()) listener.phoneNumbersChanged();
  }
}
