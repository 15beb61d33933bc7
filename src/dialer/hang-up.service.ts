import { Injectable } from '@nestjs/common';
import { CallsRepository, isTerminal } from '../calls/index.js';
import { DomainError, notFound, ruleError } from '../common/index.js';
import { Audit } from '../journal/index.js';
import { Carrier } from '../telephony/index.js';

/** Ends one call on an operator's word. */
@Injectable()
export class HangUpService {
  constructor(
    private readonly calls: CallsRepository,
    private readonly carrier: Carrier,
    private readonly audit: Audit,
  ) {}

  /**
   * Asks the carrier to end the call; its callback does the rest.
   * @throws DomainError `CALL_NOT_FOUND`, `CALL_ENDED`, `CALL_NOT_PLACED`, `CARRIER_UNAVAILABLE`
   */
  async hangUp(callId: string): Promise<void> {
    const call = await this.calls.find(callId);
    if (!call) throw notFound('Call');
    if (isTerminal(call.status)) throw ruleError('CALL_ENDED', `The call has ended already: ${call.status}`);
    if (call.carrierSid === null) {
      throw ruleError(
        'CALL_NOT_PLACED',
        'The carrier does not have the call yet',
        'Pause or stop its campaign',
      );
    }
    await this.carrier.hangUp(call.carrierSid).catch((error: unknown) => {
      throw new DomainError(
        'unavailable',
        'CARRIER_UNAVAILABLE',
        'The carrier did not end the call',
        String(error),
      );
    });
    const { campaignId } = call;
    const change = { action: 'call.hung_up', entity: 'call', entityId: callId, campaignId };
    await this.audit.record(undefined, change);
  }
}
