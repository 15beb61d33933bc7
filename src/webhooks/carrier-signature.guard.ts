import { Injectable, Logger, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { DomainError } from '../common/index.js';
import { AppConfig } from '../config/index.js';
import { isSignedByTwilio, parseCallback, type CallbackParameters } from '../telephony/index.js';
import { CallbackTallies } from './callback-tallies.js';

/** A request of the carrier, verified. */
export interface CarrierRequest extends Request {
  rawBody?: Buffer;
  /** The signed parameters, as they were sent. */
  callback: CallbackParameters;
}

/**
 * Lets only the carrier in: the signature must be its own over the public URL and the raw parameters, and the
 * account must be ours.
 */
@Injectable()
export class CarrierSignatureGuard implements CanActivate {
  private readonly log = new Logger(CarrierSignatureGuard.name);

  constructor(
    private readonly config: AppConfig,
    private readonly tallies: CallbackTallies,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<CarrierRequest>();
    request.callback = parseCallback(request.rawBody?.toString('utf8') ?? '');
    const fault = this.faultOf(request);
    if (fault === null) return true;
    this.tallies.count(fault);
    this.log.warn(`Refused a carrier callback on ${request.path}: ${fault}`);
    throw new DomainError('forbidden', 'BAD_SIGNATURE', 'The signature does not match');
  }

  private faultOf(request: CarrierRequest): 'bad_signature' | 'wrong_account' | null {
    const { callback } = request;
    const url = this.config.publicUrl + request.originalUrl;
    const signature = request.get('X-Twilio-Signature') ?? '';
    if (!isSignedByTwilio(this.config.TWILIO_AUTH_TOKEN ?? '', signature, url, callback))
      return 'bad_signature';
    return callback.AccountSid === this.config.TWILIO_ACCOUNT_SID ? null : 'wrong_account';
  }
}
