import { Injectable, Logger } from '@nestjs/common';
import { invalidInput } from '../common/index.js';
import { CallProgressService } from '../dialer/index.js';
import type { CallbackParameters } from '../telephony/index.js';
import { CallScript } from './call-script.js';
import { CallbackTallies } from './callback-tallies.js';
import { KeysService } from './keys.service.js';
import { readPressedKey } from './pressed-key.js';
import { readStatusCallback } from './status-callback.js';

/** What the carrier tells and asks about a call. */
@Injectable()
export class CallAnswers {
  private readonly log = new Logger(CallAnswers.name);

  constructor(
    private readonly progress: CallProgressService,
    private readonly script: CallScript,
    private readonly keys: KeysService,
    private readonly tallies: CallbackTallies,
  ) {}

  /** @throws DomainError `VALIDATION_FAILED` where it makes no sense */
  async status(callId: string, parameters: CallbackParameters): Promise<void> {
    const news = readStatusCallback(callId, parameters);
    if (!news) {
      this.tallies.count('nonsense');
      throw invalidInput([{ field: 'CallStatus', message: 'CallSid and CallStatus must make sense' }]);
    }
    const progress = await this.progress.apply(news);
    this.tallies.count(progress);
    if (progress !== 'applied') this.log.debug(`Callback ${news.status} for call ${callId}: ${progress}`);
  }

  /** @throws DomainError `CALL_NOT_FOUND` */
  twiml(callId: string): Promise<string> {
    return this.script.of(callId);
  }

  /**
   * A key that was pressed: answers how the call goes on.
   * @param url as requested; what the key was offered for stands in it
   * @throws DomainError `VALIDATION_FAILED` where it makes no sense, `CALL_NOT_FOUND`
   */
  async key(callId: string, url: string, parameters: CallbackParameters): Promise<string> {
    const key = readPressedKey(callId, url, parameters);
    if (!key) {
      this.tallies.count('nonsense');
      throw invalidInput([{ field: 'Digits', message: 'Digits must be one key that was asked for' }]);
    }
    const { progress, twiml } = await this.keys.pressed(key);
    this.tallies.count(progress);
    return twiml;
  }
}
