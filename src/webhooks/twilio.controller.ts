import { Controller, Header, HttpCode, Logger, Param, Post, Req, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { invalidInput, notFound } from '../common/index.js';
import { IdPipe } from '../common/http/index.js';
import { CallProgressService } from '../dialer/index.js';
import { CALL_CALLBACKS_PATH, sayAndHangUp } from '../telephony/index.js';
import { CallbackTallies } from './callback-tallies.js';
import { CarrierSignatureGuard, type CarrierRequest } from './carrier-signature.guard.js';
import { DEFAULT_GREETING, renderGreeting } from './greeting.js';
import { SpeechRepository } from './speech.repository.js';
import { readStatusCallback } from './status-callback.js';

/** What the carrier tells and asks about a call. Not for people: left out of the API's documents and limits. */
@ApiExcludeController()
@UseGuards(CarrierSignatureGuard)
@Controller(CALL_CALLBACKS_PATH)
export class TwilioController {
  private readonly log = new Logger(TwilioController.name);

  constructor(
    private readonly progress: CallProgressService,
    private readonly speech: SpeechRepository,
    private readonly tallies: CallbackTallies,
  ) {}

  @Post(':callId/status')
  @HttpCode(204)
  async status(
    @Param('callId', new IdPipe('Call')) callId: string,
    @Req() request: CarrierRequest,
  ): Promise<void> {
    const news = readStatusCallback(callId, request.callback);
    if (!news) {
      this.tallies.count('nonsense');
      throw invalidInput([{ field: 'CallStatus', message: 'CallSid and CallStatus must make sense' }]);
    }
    const progress = await this.progress.apply(news);
    this.tallies.count(progress);
    if (progress !== 'applied') this.log.debug(`Callback ${news.status} for call ${callId}: ${progress}`);
  }

  @Post(':callId/twiml')
  @HttpCode(200)
  @Header('Content-Type', 'text/xml; charset=utf-8')
  async twiml(@Param('callId', new IdPipe('Call')) callId: string): Promise<string> {
    const speech = await this.speech.of(callId);
    if (!speech) throw notFound('Call');
    return sayAndHangUp(renderGreeting(speech.greeting ?? DEFAULT_GREETING, speech));
  }
}
