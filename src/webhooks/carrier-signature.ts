import { Injectable, Logger } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { DomainError, maskUrl } from '../common/index.js';
import { AppConfig } from '../config/index.js';
import { isSignedByTwilio, type CallbackParameters } from '../telephony/index.js';
import { CallbackTallies } from './callback-tallies.js';

/**
 * Lets only the carrier in: the signature must be its own over the public URL and the raw parameters, and the
 * account must be ours.
 */
@Injectable()
export class CarrierSignature {
  private readonly log = new Logger(CarrierSignature.name);

  constructor(
    private readonly config: AppConfig,
    private readonly tallies: CallbackTallies,
  ) {}

  /** @throws DomainError `BAD_SIGNATURE` */
  check(request: IncomingMessage, parameters: CallbackParameters): void {
    const fault = this.faultOf(request, parameters);
    if (fault === null) return;
    this.tallies.count(fault);
    this.log.warn(`Refused a carrier callback on ${maskUrl(request.url ?? '')}: ${fault}`);
    throw new DomainError('forbidden', 'BAD_SIGNATURE', 'The signature does not match');
  }

  private faultOf(
    { url = '', headers }: IncomingMessage,
    parameters: CallbackParameters,
  ): 'bad_signature' | 'wrong_account' | null {
    const { publicUrl, TWILIO_AUTH_TOKEN, TWILIO_ACCOUNT_SID } = this.config;
    const signature = String(headers['x-twilio-signature'] ?? '');
    if (!isSignedByTwilio(TWILIO_AUTH_TOKEN ?? '', signature, publicUrl + url, parameters))
      return 'bad_signature';
    return parameters.AccountSid === TWILIO_ACCOUNT_SID ? null : 'wrong_account';
  }
}
