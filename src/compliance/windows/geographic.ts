import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/max/metadata';

/**
 * Mobile numbers of these calling codes have area codes (Google's PhoneNumberUtil, GEO_MOBILE_COUNTRIES and
 * GEO_MOBILE_COUNTRIES_WITHOUT_MOBILE_AREA_CODES); elsewhere a mobile may be anywhere in its country.
 */
const GEOGRAPHIC_MOBILES = new Set(['52', '54', '55', '62', '86']);
const GEOGRAPHIC = new Set(['FIXED_LINE', 'FIXED_LINE_OR_MOBILE']);

type Test = (national: string) => boolean;

/** A country's numbering plan. */
interface Plan {
  /** Of this country by its first digits; null: by its kinds. */
  begins: Test | null;
  isValid: Test;
  isFixed: Test;
  isMobile: Test;
  isOther: Test;
}

/** The plans of a calling code, the main one first. */
interface Code {
  plans: readonly Plan[];
  /** Begins as if with a trunk prefix, which the library may take off. */
  hasPrefix: Test;
}

const NEVER: Test = () => false;
const codes = new Map<string, Code>();

/**
 * Whether a number's digits say where it is. The library's own answer takes 15 to 100 µs, since it makes every pattern anew
 * for each number; this one, by the same patterns, 1 to 3.
 * @param e164 as stored
 * @param code its calling code
 */
export function isGeographic(e164: string, code: string): boolean {
  let known = codes.get(code);
  if (!known) codes.set(code, (known = read(code)));
  const national = e164.slice(1 + code.length);
  if (known.hasPrefix(national)) return isGeographicByLibrary(e164, code);
  const plan = planOf(known, national);
  if (!plan?.isValid(national)) return false;
  return plan.isFixed(national) || (GEOGRAPHIC_MOBILES.has(code) && plan.isMobile(national));
}

/** The same, as the library tells it. */
export function isGeographicByLibrary(e164: string, code: string): boolean {
  const type = parsePhoneNumberFromString(e164)?.getType() ?? '';
  return GEOGRAPHIC.has(type) || (type === 'MOBILE' && GEOGRAPHIC_MOBILES.has(code));
}

/** As the library chooses among countries of one code: the first whose digits or kinds fit, else the main one. */
function planOf({ plans }: Code, national: string): Plan | undefined {
  if (plans.length === 1) return plans[0];
  const fits = ({ begins, isValid, isFixed, isMobile, isOther }: Plan): boolean =>
    begins
      ? begins(national)
      : isValid(national) && (isFixed(national) || isMobile(national) || isOther(national));
  return plans.find(fits) ?? plans[0];
}

function read(code: string): Code {
  const countries = metadata.country_calling_codes[code] ?? [];
  const all = countries.map((country) => (metadata.countries[country] ?? []) as unknown[]);
  const [main = []] = all;
  // Places of the library's own list: 5 the national prefix, 7 how it is recognized where that is not all.
  const prefix = (main[7] || main[5]) as string | 0;
  return { plans: all.map(planIn), hasPrefix: prefix ? beginning(prefix) : NEVER };
}

/** Places of the library's own list (its METADATA.md): 2 any number, 3 its lengths, 10 first digits, 11 kinds, fixed and mobile first. */
function planIn(list: unknown[]): Plan {
  const [general, lengths, leading] = [list[2] as string, list[3] as number[], list[10] as string | 0];
  const kinds = ((list[11] || []) as ([pattern: string, lengths?: number[]] | 0)[]).map((kind): Test => {
    const [pattern, own] = kind || [''];
    return pattern ? ofLength(own ?? lengths, whole(pattern)) : NEVER;
  });
  const [isFixed = NEVER, isMobile = NEVER, ...others] = kinds;
  return {
    begins: leading ? beginning(leading) : null,
    ...{ isValid: whole(general), isFixed, isMobile },
    isOther: (national) => others.some((is) => is(national)),
  };
}

function whole(pattern: string): Test {
  const all = new RegExp(`^(?:${pattern})$`);
  return (national) => all.test(national);
}

function beginning(pattern: string): Test {
  const start = new RegExp(`^(?:${pattern})`);
  return (national) => start.test(national);
}

function ofLength(lengths: readonly number[], test: Test): Test {
  return (national) => lengths.includes(national.length) && test(national);
}
