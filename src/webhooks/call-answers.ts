import { Injectable, Logger } from '@nestjs/common';
import { invalidInput, notFound } from '../common/index.js';
import { CallProgressService } from '../dialer/index.js';
import { sayAndHangUp, type CallbackParameters } from '../telephony/index.js';
import { CallbackTallies } from './callback-tallies.js';
import { DEFAULT_GREETING, renderGreeting } from './greeting.js';
import { SpeechRepository } from './speech.repository.js';
import { readStatusCallback } from './status-callback.js';

/** What the carrier tells and asks about a call. */
@Injectable()
export class CallAnswers {
  private readonly log = new Logger(CallAnswers.name);

  constructor(
    private readonly progress: CallProgressService,
    private readonly speech: SpeechRepository,
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
  async twiml(callId: string): Promise<string> {
    const speech = await this.speech.of(callId);
    if (!speech) throw notFound('Call');
    return sayAndHangUp(renderGreeting(speech.greeting ?? DEFAULT_GREETING, speech));
  }
}
