import { Injectable, Logger } from '@nestjs/common';
import { CampaignsRepository } from '../campaigns/index.js';
import { Clock, maskPhone } from '../common/index.js';
import { PhoneNumberRests, PhoneNumberUseRepository } from '../compliance/index.js';
import { CallerIds } from './caller-ids.service.js';
import { brokenAnswerRates, REST_RULE, type LowAnswerRate } from './rules/caller-id-rest.js';

/** The number we call from is not the account's, or none at all (https://www.twilio.com/docs/api/errors). */
const CALLER_ID_REFUSED = new Set(['21210', '21212']);

/** The carrier's words. */
interface Cause {
  code: string;
  message: string;
}

/** Puts numbers to rest that calls should not be made from for a while. */
@Injectable()
export class CallerIdRests {
  private readonly log = new Logger(CallerIdRests.name);

  constructor(
    private readonly callerIds: CallerIds,
    private readonly rests: PhoneNumberRests,
    private readonly uses: PhoneNumberUseRepository,
    private readonly campaigns: CampaignsRepository,
    private readonly clock: Clock,
  ) {}

  /** Those whose answer rate broke, compared with all others in use. */
  async restBroken(): Promise<void> {
    const inUse = await this.callerIds.awake(null);
    if (inUse.length < 2) return;
    const samples = await this.uses.answers(inUse, REST_RULE);
    const broken = brokenAnswerRates(
      samples.map(({ phoneNumber, ...rest }) => ({ number: phoneNumber, ...rest })),
    );
    for (const each of broken) await this.rest(each.number, 'low_answer_rate', noteOf(each));
  }

  /**
   * The carrier refused the number a call was to be made from: it rests, if there is another one for the campaign.
   * @returns whether the campaign can go on
   */
  async refused(order: { campaignId: string; fromNumber: string }, cause: Cause): Promise<boolean> {
    if (!CALLER_ID_REFUSED.has(cause.code)) return false;
    const { fromNumber: number } = order;
    const callerIds = (await this.campaigns.find(order.campaignId))?.callerIds ?? null;
    if ((await this.callerIds.awake(callerIds)).every((each) => each === number)) return false;
    await this.rest(number, 'carrier_refused', `${cause.message} (${cause.code})`);
    return true;
  }

  private async rest(
    phoneNumber: string,
    reason: 'low_answer_rate' | 'carrier_refused',
    note: string,
  ): Promise<void> {
    const until = new Date(this.clock.now().getTime() + REST_RULE.restMs);
    if (!(await this.rests.beginItself(phoneNumber, { reason, note, until }))) return;
    this.callerIds.phoneNumbersChanged();
    this.log.warn(`${maskPhone(phoneNumber)} rests until ${until.toISOString()}: ${reason} (${note})`);
  }
}

function noteOf({ answered, ended, othersRate }: LowAnswerRate): string {
  return `${answered} of ${ended} calls were answered; ${Math.round(100 * othersRate)} % from the other numbers`;
}
