import { getCountryCallingCode, isSupportedCountry, type CountryCode } from 'libphonenumber-js';
import { parsePhoneNumber, zonesOfNumber } from '../../compliance/index.js';
import { unitOf } from '../../simulator/index.js';
import type { ScenarioLead } from '../virtual/scenario.js';
import { freshLead } from './fresh-lead.js';

/** So many leads, spread over countries (ISO 3166) by weight. */
export interface LeadMix {
  count: number;
  countries: Readonly<Record<string, number>>;
}

/** Those of the North American plan: the area code says where a number is. */
const NORTH_AMERICA = '1';
const DIGITS = 7;

/**
 * Leads with numbers that nobody can own: after the country code, or the area code in North America, comes a 0, with which no
 * subscriber's number begins there. Their zones are those of the country, or the area.
 * @throws RangeError for a country it cannot do that for
 */
export function makeUpLeads({ count, countries }: LeadMix, seed: number): ScenarioLead[] {
  const shares = Object.entries(countries).filter(([, weight]) => weight > 0);
  const total = shares.reduce((sum, [, weight]) => sum + weight, 0);
  if (total <= 0) throw new RangeError('leads.countries must name a country with a weight above 0');
  const prefixes = new Map(shares.map(([country]) => [country, prefixesOf(country)]));
  return Array.from({ length: count }, (_, i) => {
    let left = unitOf(`${seed}|country|${i}`) * total;
    const [country = ''] = shares.find(([, weight]) => (left -= weight) < 0) ?? shares.at(-1) ?? [];
    const ways = prefixes.get(country) ?? [];
    const prefix = ways[Math.floor(unitOf(`${seed}|area|${i}`) * ways.length)] ?? '';
    return freshLead(`${prefix}${String(i).padStart(DIGITS, '0')}`);
  });
}

function prefixesOf(country: string): string[] {
  if (!isSupportedCountry(country))
    throw new RangeError(`leads.countries: ${country} is no ISO 3166 country`);
  const code = getCountryCallingCode(country);
  const prefixes = code === NORTH_AMERICA ? areasOf(country).map((area) => `+1${area}`) : [`+${code}0`];
  const isOwnable = prefixes.some((prefix) => parsePhoneNumber(`${prefix}${'0'.repeat(DIGITS)}`).ok);
  if (isOwnable || prefixes.length === 0) {
    throw new RangeError(
      `leads.countries: no numbers can be made up for ${country}; give a list or a CSV file`,
    );
  }
  return prefixes;
}

/**
 * The area codes of a country of the North American plan, by the numbers kept for fiction in each; those that are of no
 * place (toll-free) left out.
 */
function areasOf(country: CountryCode): string[] {
  return Array.from({ length: 800 }, (_, i) => String(200 + i)).filter((area) => {
    const fictional = parsePhoneNumber(`+1${area}5550100`);
    const isSomewhere = zonesOfNumber(`+1${area}`) !== zonesOfNumber('+1');
    return isSomewhere && fictional.ok && fictional.country === country;
  });
}
