import { Injectable, Logger } from '@nestjs/common';
import { CampaignsRepository } from '../campaigns/index.js';
import { Clock, maskPhone } from '../common/index.js';
import { PhoneNumberRests, PhoneNumberUseRepository } from '../compliance/index.js';
import { CallerIds, type KnownNumber } from './caller-ids.service.js';
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

  /** Those whose answer rate broke, compared with all others that their workspace uses. */
  async restBroken(): Promise<void> {
    for (const [workspaceId, inUse] of byWorkspace(await this.callerIds.awake())) {
      if (inUse.length > 1) await this.restBrokenOf(workspaceId, inUse);
    }
  }

  /**
   * The carrier refused the number a call was to be made from: it rests, if there is another one for the campaign.
   * @returns whether the campaign can go on
   */
  async refused(order: { campaignId: string; fromNumber: string }, cause: Cause): Promise<boolean> {
    if (!CALLER_ID_REFUSED.has(cause.code)) return false;
    const { fromNumber: number } = order;
    const campaign = await this.campaigns.find(order.campaignId);
    if (!campaign) return false;
    const awake = await this.callerIds.awake(campaign);
    if (awake.every((each) => each.number === number)) return false;
    const refused = awake.find((each) => each.number === number);
    if (refused) await this.rest(refused, 'carrier_refused', `${cause.message} (${cause.code})`);
    return true;
  }

  private async restBrokenOf(workspaceId: string, inUse: KnownNumber[]): Promise<void> {
    const numbers = inUse.map(({ number }) => number);
    const samples = await this.uses.answers(workspaceId, numbers, REST_RULE);
    const broken = brokenAnswerRates(
      samples.map(({ phoneNumber, ...rest }) => ({ number: phoneNumber, ...rest })),
    );
    for (const each of broken) {
      const known = inUse.find(({ number }) => number === each.number);
      if (known) await this.rest(known, 'low_answer_rate', noteOf(each));
    }
  }

  private async rest(
    known: KnownNumber,
    reason: 'low_answer_rate' | 'carrier_refused',
    note: string,
  ): Promise<void> {
    const until = new Date(this.clock.now().getTime() + REST_RULE.restMs);
    if (!(await this.rests.beginItself(known, { reason, note, until }))) return;
    this.callerIds.phoneNumbersChanged();
    this.log.warn(`${maskPhone(known.number)} rests until ${until.toISOString()}: ${reason} (${note})`);
  }
}

function noteOf({ answered, ended, othersRate }: LowAnswerRate): string {
  return `${answered} of ${ended} calls were answered; ${Math.round(100 * othersRate)} % from the other numbers`;
}

function byWorkspace(numbers: KnownNumber[]): Map<string, KnownNumber[]> {
  const all = new Map<string, KnownNumber[]>();
  for (const one of numbers) all.set(one.workspaceId, [...(all.get(one.workspaceId) ?? []), one]);
  return all;
}
