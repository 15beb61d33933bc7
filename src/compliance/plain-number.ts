import { isSupportedCountry, Metadata, type CountryCode } from 'libphonenumber-js/max';

export interface PlainNumber {
  e164: string;
  country: string;
}

/** What libphonenumber's own checks read of its metadata; its published types leave most of it out. */
interface NumberingPlans {
  hasCallingCode(code: string): boolean;
  isNonGeographicCallingCode(code: string): boolean;
  getCountryCodesForCallingCode(code: string): CountryCode[] | undefined;
  selectNumberingPlan(country: string): unknown;
  leadingDigits(): string | undefined;
  nationalNumberPattern(): string;
  nationalPrefixForParsing(): string | undefined;
  IDDPrefix(): string | undefined;
  countryCallingCode(): string;
  hasTypes(): boolean;
  type(name: string): { pattern(): string | undefined; possibleLengths(): number[] | undefined } | undefined;
}

/** A country's rules, compiled once. */
interface Country {
  code: CountryCode;
  callingCode: string;
  leading: RegExp | undefined;
  /** Undefined where the metadata has no patterns by type: such numbers are left to the library. */
  isValid: ((national: string) => boolean) | undefined;
  /** Digits that the library would take off, or change. */
  prefix: RegExp | undefined;
  iddPrefix: RegExp | undefined;
}

const TYPES = [
  ...['FIXED_LINE', 'MOBILE', 'PREMIUM_RATE', 'TOLL_FREE', 'SHARED_COST'],
  ...['VOIP', 'PERSONAL_NUMBER', 'PAGER', 'UAN', 'VOICEMAIL'],
];
const MAX_CALLING_CODE = 3;

const METHODS = [
  ...['hasCallingCode', 'isNonGeographicCallingCode', 'getCountryCodesForCallingCode', 'selectNumberingPlan'],
  ...['leadingDigits', 'nationalNumberPattern', 'nationalPrefixForParsing', 'IDDPrefix'],
  ...['countryCallingCode', 'hasTypes', 'type'],
];

const plans = numberingPlans();
const countries = new Map<CountryCode, Country>();
const byCallingCode = new Map<string, Country[]>();

/**
 * Reads a number that is written with nothing to interpret: `+` and digits, or the national digits of `defaultCountry`
 * without a prefix. It uses libphonenumber's own metadata, its patterns compiled once; the library compiles each anew
 * for each number (33 µs; this: about 1). A property test compares the two.
 * @returns undefined wherever the library has to look: this never refuses
 */
export function readPlainNumber(text: string, defaultCountry?: string | null): PlainNumber | undefined {
  if (!plans) return undefined;
  if (/^\+[1-9]\d{6,14}$/.test(text)) return international(text);
  if (!defaultCountry || !/^[1-9]\d{5,13}$/.test(text) || !isSupportedCountry(defaultCountry))
    return undefined;
  const home = countryOf(plans, defaultCountry);
  const mayBeInternational = text.startsWith(home.callingCode) || home.iddPrefix?.test(text);
  return mayBeInternational ? undefined : national(home.callingCode, text, home);
}

function international(text: string): PlainNumber | undefined {
  for (let digits = 1; digits <= MAX_CALLING_CODE; digits += 1) {
    const code = text.slice(1, 1 + digits);
    const [main] = countriesOf(code);
    if (main) return national(code, text.slice(1 + digits), main);
  }
  return undefined;
}

/** @param home whose national prefix the library would look for */
function national(callingCode: string, digits: string, home: Country): PlainNumber | undefined {
  if (home.prefix?.test(digits)) return undefined;
  const all = countriesOf(callingCode);
  const found =
    all.length === 1
      ? all[0]
      : all.find(({ leading, isValid }) => (leading ? leading.test(digits) : isValid?.(digits)));
  if (!found?.isValid?.(digits)) return undefined;
  return { e164: `+${callingCode}${digits}`, country: found.code };
}

/** The countries of a geographic calling code, in the library's order; none for every other text. */
function countriesOf(callingCode: string): Country[] {
  const known = byCallingCode.get(callingCode);
  if (known) return known;
  if (!plans?.hasCallingCode(callingCode) || plans.isNonGeographicCallingCode(callingCode)) return [];
  const source = plans;
  const found = (source.getCountryCodesForCallingCode(callingCode) ?? []).map((code) =>
    countryOf(source, code),
  );
  byCallingCode.set(callingCode, found);
  return found;
}

function countryOf(source: NumberingPlans, code: CountryCode): Country {
  const known = countries.get(code);
  if (known) return known;
  source.selectNumberingPlan(code);
  const country = {
    code,
    callingCode: source.countryCallingCode(),
    leading: startsWith(source.leadingDigits()),
    isValid: source.hasTypes() ? validityOf(source) : undefined,
    prefix: startsWith(source.nationalPrefixForParsing()),
    iddPrefix: startsWith(source.IDDPrefix()),
  };
  countries.set(code, country);
  return country;
}

/** Valid: of the country's general form, and of one of its types. */
function validityOf(source: NumberingPlans): (national: string) => boolean {
  const general = entirely(source.nationalNumberPattern());
  const types = TYPES.flatMap((name) => {
    const type = source.type(name);
    const pattern = type?.pattern();
    return pattern ? [{ pattern: entirely(pattern), lengths: type?.possibleLengths() }] : [];
  });
  return (national) =>
    general.test(national) &&
    types.some(
      ({ pattern, lengths }) => (!lengths || lengths.includes(national.length)) && pattern.test(national),
    );
}

function entirely(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}

function startsWith(pattern: string | undefined): RegExp | undefined {
  return pattern ? new RegExp(`^(?:${pattern})`) : undefined;
}

/** The library's metadata by the methods this file needs; undefined if a new version has others. */
function numberingPlans(): NumberingPlans | undefined {
  const metadata: unknown = new Metadata();
  return hasPlans(metadata) ? metadata : undefined;
}

function hasPlans(value: unknown): value is NumberingPlans {
  return (
    typeof value === 'object' &&
    value !== null &&
    METHODS.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')
  );
}
