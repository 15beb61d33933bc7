import fc from 'fast-check';
import { WEEKDAYS } from '../../../src/compliance/index.js';
import type { KnownIds } from '../wrong-input/operations.js';

/** JSON texts, since JSON says more than JavaScript holds. */
export type Texts = fc.Arbitrary<string>;

/** So often a zone is spelt in capitals of its own: Intl takes it in any. */
const SPELT = 3;

const two = (n: number): string => String(n).padStart(2, '0');
const texts = (strings: fc.Arbitrary<string>): Texts => strings.map((text) => JSON.stringify(text));
const digits = (most: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max: 10 ** most - 1 }).map((n) => String(n).padStart(most, '0'));
const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'), 'UTC');
const spelt = fc
  .tuple(zones, fc.nat())
  .map(([zone, n]) =>
    zone.replace(/[a-z]/g, (letter, at: number) => ((n >> (at % 30)) & 1 ? letter.toUpperCase() : letter)),
  );

/** What a field of this name can be, by the wildest that is allowed: the schema says only that it is a text. */
const MEANT: Record<string, Texts> = {
  phoneNumber: texts(
    fc.oneof(
      { weight: 6, arbitrary: digits(2).map((end) => `+120255501${end}`) },
      digits(2).map((end) => `+180055501${end}`),
      digits(3).map((end) => `+447700900${end}`),
      // Of many zones, and of none.
      fc.constantFrom('+61491570156', '+80012345678', '+33639980123'),
    ),
  ),
  timezone: texts(
    fc.oneof(fc.constantFrom('lead', 'Europe/London'), { weight: SPELT, arbitrary: zones }, spelt),
  ),
  country: texts(fc.constantFrom('US', 'GB', 'DE', 'IN', 'JP', 'ET', 'SA')),
  region: texts(fc.constantFrom('CA', 'ENG', 'BY')),
  defaultCountry: fc.constantFrom('"US"', '"in"', 'null'),
  callingWindow: windows(),
  retryRules: retryRules(),
  callerIds: fc.constantFrom('null', '[]', '["{phoneNumberId}"]'),
  metadata: fc.constantFrom(
    '{}',
    '{"company":{"name":"Acme"},"n":[1,2.5,null,true]}',
    `{"a":${'{"b":'.repeat(40)}1${'}'.repeat(40)}}`,
  ),
  maxSpend: fc.constantFrom('0.01', '25.5', '1000000000', 'null'),
  ...Object.fromEntries(
    ['answered', 'machine', 'busy', 'no-answer', 'failed'].map((name) => [name, shares()]),
  ),
  cron: texts(
    fc.constantFrom(
      ...['0 9 * * 1-5', '*/5 * * * *', '0,5 0-23/2 1-31/9 * *', '0 0 29 2 *', '59 23 31 12 7'],
      ...['0 0 31 JAN,MAR MON', '0 0 31 2,4,6 *', '0 3 29 2 1'],
    ),
  ),
  email: texts(fc.uuid().map((id) => `${id}@example.com`)),
  password: texts(fc.string({ minLength: 12, maxLength: 60 })),
  url: texts(fc.constantFrom('https://hooks.example.com/a', 'http://127.0.0.1:9/', 'https://[::1]/x?y=1')),
  agentId: fc.constant('"{agentId}"'),
  campaignId: fc.constantFrom('"{campaignId}"', 'null'),
  token: fc.constant('"{setupToken}"'),
  refreshToken: fc.constant('"{refreshToken}"'),
  scheduledAt: soon(),
  endAt: soon(),
  expiresAt: soon(),
  until: soon(),
};

/** From now to the last year a date may have; told from a fixed instant, so that every run sends the same. */
function soon(): Texts {
  const from = Date.parse('2030-01-01T00:00:00Z');
  return fc
    .oneof(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 2_900_000 }))
    .map((days) => JSON.stringify(new Date(from + days * 86_400_000).toISOString()));
}

/** Now and then they add up to more than one. */
function shares(): Texts {
  return fc.constantFrom('0', '0', '0.1', '0.25', '0.3333', '1');
}

/** Hours that do not overlap, up to 50 of them on days that are sometimes all, with as many breaks; days off up to a whole year. */
function windows(): Texts {
  const times = fc.uniqueArray(fc.nat({ max: 287 }), { minLength: 2, maxLength: 100 });
  const days = fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 });
  const zone = fc.oneof(fc.constant('lead'), zones, spelt);
  const holidays = fc.constantFrom(
    null,
    { country: 'US', region: 'CA' },
    { country: 'ET' },
    { country: 'DE' },
  );
  const off = fc.tuple(fc.integer({ min: 2026, max: 2030 }), fc.oneof(fc.constant(0), fc.nat({ max: 366 })));
  return fc
    .tuple(zone, times, times, days, holidays, off)
    .map(([timezone, open, shut, on, place, [year, count]]) =>
      JSON.stringify({
        timezone,
        hours: spansOf(open, on),
        // A minute is left of the shortest of them.
        breaks: spansOf(shut, on).map(({ start }) => ({
          start,
          end: start.replace(/.$/, (last) => String(Number(last) + 4)),
        })),
        holidays: place,
        exceptDates: Array.from({ length: count }, (_, day) =>
          new Date(Date.UTC(year, 0, day + 1)).toISOString().slice(0, 10),
        ),
      }),
    );
}

function spansOf(
  fives: number[],
  days: readonly string[],
): { days: readonly string[]; start: string; end: string }[] {
  const sorted = fives
    .toSorted((a, b) => a - b)
    .map((five) => `${two(Math.floor(five / 12))}:${two((five % 12) * 5)}`);
  return Array.from({ length: Math.floor(sorted.length / 2) }, (_, i) => ({
    ...{ days, start: sorted[2 * i] ?? '', end: sorted[2 * i + 1] ?? '' },
  }));
}

function retryRules(): Texts {
  const rule = fc.tuple(
    fc.integer({ min: 1, max: 100 }),
    fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 86_400_000 })), { minLength: 1, maxLength: 100 }),
  );
  const outcomes = fc.subarray(['busy', 'no_answer', 'failed', 'voicemail'], { minLength: 1 });
  return fc
    .tuple(outcomes, rule)
    .map(([all, [attempts, delays]]) =>
      JSON.stringify(all.map((on) => ({ on, attempts, delays: delays.slice(0, attempts) }))),
    );
}

export function meantTexts(name: string): Texts | undefined {
  return Object.hasOwn(MEANT, name) ? MEANT[name] : undefined;
}

/** Ids are new in every round: a text is made with their names in it. */
export function withIds(text: string, ids: KnownIds): string {
  return text.replace(/"\{(\w+)\}"/g, (whole, name: keyof KnownIds) => {
    const id: string | undefined = ids[name];
    return id === undefined ? whole : JSON.stringify(id);
  });
}
