import { Injectable } from '@nestjs/common';
import { DEFAULT_GREETING, renderGreeting } from '../agents/index.js';
import { notFound } from '../common/index.js';
import { AppConfig } from '../config/index.js';
import { askForKey, keyUrl, sayAndHangUp } from '../telephony/index.js';
import { SpeechRepository } from './speech.repository.js';

/** How keys are called, where a voice would read out a sign. */
const SPOKEN_KEYS: Readonly<Record<string, string>> = { '*': 'star', '#': 'pound' };

const OPT_OUT_PLACE = /\{\{\s*optOut\s*\}\}/;

/** What is said in a call, as TwiML. */
@Injectable()
export class CallScript {
  constructor(
    private readonly speech: SpeechRepository,
    private readonly config: AppConfig,
  ) {}

  /** The greeting, and the key against further calls where the campaign offers one. @throws DomainError `CALL_NOT_FOUND` */
  async of(callId: string): Promise<string> {
    const speech = await this.speech.of(callId);
    if (!speech) throw notFound('Call');
    const { optOut, workspaceId, ...values } = speech;
    const greeting = speech.greeting ?? DEFAULT_GREETING;
    if (!optOut) return sayAndHangUp(renderGreeting(greeting, values));
    const digit = SPOKEN_KEYS[optOut.digit] ?? optOut.digit;
    const offer = renderGreeting(optOut.prompt, { ...values, digit });
    const words = renderGreeting(greeting, { ...values, digit, optOut: offer });
    return askForKey(
      OPT_OUT_PLACE.test(greeting) ? [words] : [words, offer],
      keyUrl(this.config.publicUrl, callId, { ...optOut, workspaceId }),
    );
  }
}
