/** Numbers that a regulator keeps for fiction: nobody can own them, so demos and tests may use them. */
interface FictionalRange {
  country: string;
  pattern: RegExp;
}

/**
 * Fictional ranges that libphonenumber calls invalid; those it takes for valid need no row.
 * - GB: Ofcom, "Telephone numbers for use in TV and radio drama programmes".
 * - FR: ARCEP, decision 2018-0881 (the national numbering plan), numbers for audiovisual works.
 * - +1 NXX 555 0100 to 0199 (NANPA): valid to libphonenumber wherever the area code is, refused elsewhere, as it should be.
 */
const FICTIONAL_RANGES: readonly FictionalRange[] = [
  { country: 'GB', pattern: /^\+441154960\d{3}$/ },
  { country: 'GB', pattern: /^\+441632960\d{3}$/ },
  { country: 'GB', pattern: /^\+447700900\d{3}$/ },
  { country: 'FR', pattern: /^\+3363998\d{4}$/ },
];

/** The country a fictional number plays in; undefined for every other number. */
export function fictionalCountryOf(e164: string): string | undefined {
  return FICTIONAL_RANGES.find(({ pattern }) => pattern.test(e164))?.country;
}
