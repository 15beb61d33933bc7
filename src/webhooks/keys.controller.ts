import { Controller, Header, HttpCode, Logger, Param, Post, Req, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { invalidInput } from '../common/index.js';
import { IdPipe } from '../common/http/index.js';
import { CALL_CALLBACKS_PATH } from '../telephony/index.js';
import { CallbackTallies } from './callback-tallies.js';
import { CarrierSignatureGuard, type CarrierRequest } from './carrier-signature.guard.js';
import { KeysService } from './keys.service.js';
import { readPressedKey } from './pressed-key.js';

/** What the carrier sends when a person presses a key. Not for people: left out of the API's documents and limits. */
@ApiExcludeController()
@UseGuards(CarrierSignatureGuard)
@Controller(CALL_CALLBACKS_PATH)
export class KeysController {
  private readonly log = new Logger(KeysController.name);

  constructor(
    private readonly keys: KeysService,
    private readonly tallies: CallbackTallies,
  ) {}

  @Post(':callId/keys')
  @HttpCode(200)
  @Header('Content-Type', 'text/xml; charset=utf-8')
  async pressed(
    @Param('callId', new IdPipe('Call')) callId: string,
    @Req() request: CarrierRequest,
  ): Promise<string> {
    const key = readPressedKey(callId, request.originalUrl, request.callback);
    if (!key) {
      this.tallies.count('nonsense');
      throw invalidInput([{ field: 'Digits', message: 'Digits must be one key that was asked for' }]);
    }
    const { progress, twiml } = await this.keys.pressed(key);
    this.tallies.count(progress);
    this.log.debug(`Key ${key.digit} in call ${callId}: ${progress}`);
    return twiml;
  }
}
