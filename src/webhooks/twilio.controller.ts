import { Controller, Header, HttpCode, Logger, Param, Post, Req, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { invalidInput } from '../common/index.js';
import { IdPipe } from '../common/http/index.js';
import { CallProgressService } from '../dialer/index.js';
import { CALL_CALLBACKS_PATH } from '../telephony/index.js';
import { CallScript } from './call-script.js';
import { CallbackTallies } from './callback-tallies.js';
import { CarrierSignatureGuard, type CarrierRequest } from './carrier-signature.guard.js';
import { readStatusCallback } from './status-callback.js';

/** What the carrier tells and asks about a call. Not for people: left out of the API's documents and limits. */
@ApiExcludeController()
@UseGuards(CarrierSignatureGuard)
@Controller(CALL_CALLBACKS_PATH)
export class TwilioController {
  private readonly log = new Logger(TwilioController.name);

  constructor(
    private readonly progress: CallProgressService,
    private readonly script: CallScript,
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
  twiml(@Param('callId', new IdPipe('Call')) callId: string): Promise<string> {
    return this.script.of(callId);
  }
}
