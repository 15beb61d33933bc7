import { toMicros } from '../../common/index.js';

/** Prices by the beginning of a number in E.164 (digits, no plus); `default` for all others. */
export type RateTable = Readonly<Record<string, number>>;

/**
 * Estimates in US dollars a minute, set on 2026-11-26 by us and rounded up from what carriers asked for calls to mobile phones
 * about then; they are no carrier's price list. Put your own in their place with `CALL_RATES`
 * (for Twilio: https://www.twilio.com/docs/voice/pricing). A country that is not here costs the default, which is high on
 * purpose: a limit must not be passed because a price was not known.
 */
export const DEFAULT_RATES: RateTable = {
  default: 1,
  '1': 0.02,
  '1242': 0.4,
  '1246': 0.4,
  '1809': 0.15,
  '1829': 0.15,
  '1849': 0.15,
  '1876': 0.4,
  '27': 0.25,
  '31': 0.2,
  '32': 0.35,
  '33': 0.15,
  '34': 0.2,
  '353': 0.2,
  '39': 0.3,
  '41': 0.4,
  '44': 0.1,
  '45': 0.1,
  '46': 0.15,
  '47': 0.15,
  '48': 0.15,
  '49': 0.2,
  '52': 0.1,
  '55': 0.2,
  '61': 0.15,
  '64': 0.2,
  '65': 0.1,
  '81': 0.25,
  '91': 0.1,
  '971': 0.4,
};

/** What a minute costs, in micros, by the longest beginning of the number that has a price. */
export class Rates {
  private readonly micros: Map<string, number>;
  private readonly longest: number;

  /** @param own prices that go before the default ones, a minute */
  constructor(own: RateTable = {}) {
    const prices = Object.entries({ ...DEFAULT_RATES, ...own });
    this.micros = new Map(prices.map(([prefix, price]) => [prefix, toMicros(price)]));
    this.longest = Math.max(...prices.map(([prefix]) => prefix.length));
  }

  /** @param e164 e.g. `+14155550116` */
  perMinute(e164: string): number {
    for (let length = this.longest; length > 0; length -= 1) {
      const price = this.micros.get(e164.slice(1, 1 + length));
      if (price !== undefined) return price;
    }
    return this.micros.get('default') ?? 0;
  }
}
