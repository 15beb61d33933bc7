import { Injectable, Logger } from '@nestjs/common';
import { DomainError } from '../common/index.js';
import { OptOuts, type Suppress } from '../compliance/index.js';
import type { Tx } from '../database/index.js';
import type { Progress } from '../dialer/index.js';
import { sayAndHangUp } from '../telephony/index.js';
import { CallScript } from './call-script.js';
import { KeysRepository } from './keys.repository.js';
import type { PressedKey } from './pressed-key.js';

/** What came of a key, and how the call goes on. */
export interface KeyAnswer {
  progress: Progress;
  twiml: string;
}

/** Keys that people press in calls. */
@Injectable()
export class KeysService {
  private readonly log = new Logger(KeysService.name);

  constructor(
    private readonly keys: KeysRepository,
    private readonly optOuts: OptOuts,
    private readonly script: CallScript,
  ) {}

  /**
   * The key that was offered suppresses the number, confirms and ends the call; after any other the call's words begin anew,
   * since the key has cut them off.
   * @throws DomainError `CALL_NOT_FOUND` for another key in a call that is gone
   */
  async pressed(key: PressedKey): Promise<KeyAnswer> {
    if (key.digit === key.offer.digit) return this.optOut(key);
    const { callId, digit } = key;
    const twiml = await this.script.of(callId);
    const isNew = await this.keys.tell({ callId, type: 'call.key_pressed', digit, data: { digit } });
    return { progress: isNew ? 'ignored' : 'duplicate', twiml };
  }

  private async optOut(key: PressedKey): Promise<KeyAnswer> {
    const confirmation = await this.keys.confirmation(key.callId);
    const progress = await this.suppress(key);
    return { progress, twiml: sayAndHangUp(confirmation) };
  }

  /** A wish that is written down, but not yet seen through to the last process, is no reason to keep a person waiting. */
  private async suppress(key: PressedKey): Promise<Progress> {
    let progress: Progress = 'applied';
    try {
      await this.optOuts.admit(async (suppress, tx) => {
        progress = await this.write(key, suppress, tx);
      });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'SUPPRESSION_UNCONFIRMED') throw error;
      this.log.warn(`The opt-out in call ${key.callId} is written down, but not seen through`);
    }
    return progress;
  }

  /** The event comes first: a wish told again, years later and after the entry was deleted, suppresses nothing. */
  private async write(key: PressedKey, suppress: Suppress, tx: Tx): Promise<Progress> {
    const { callId, digit, offer } = key;
    const reason = `Pressed ${digit} in the call ${callId}`;
    const call = await this.keys.hold(tx, callId);
    if (!call) {
      // Its campaign was deleted meanwhile, and calls nobody any more; what the person asked of all others still holds.
      if (key.to && offer.scope === 'all')
        await suppress({ workspaceId: offer.workspaceId, phoneNumber: key.to, campaignId: null, reason });
      return 'unknown_call';
    }
    const data = { digit, scope: offer.scope };
    if (!(await this.keys.tell({ callId, type: 'call.opted_out', digit, data }, tx))) return 'duplicate';
    const { workspaceId, phoneNumber, leadId } = call;
    const campaignId = offer.scope === 'campaign' ? call.campaignId : null;
    await suppress({ workspaceId, phoneNumber, campaignId, reason });
    if (leadId !== null) await this.keys.markLead(tx, leadId);
    return 'applied';
  }
}
