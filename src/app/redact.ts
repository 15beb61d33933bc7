import { maskPhone } from '../common/index.js';
import type { AppConfig } from '../config/index.js';

const PHONE = /(\+|%2B)(\d{8,15})(?!\d)/gi;
const HIDDEN = '***';

/** How secrets look that nobody named to us: what stays is told by `$1`. */
const SECRETS: [pattern: RegExp, shown: string][] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${HIDDEN}`],
  [/\b(ck_[a-z]+_)\w{6,}/g, `$1${HIDDEN}`],
  [/(:\/\/[^\s:/@]{0,100}:)[^\s@/]{1,200}@/g, `$1${HIDDEN}@`],
  // In JSON, in JSON within JSON, in a query, in words.
  [
    /\b(password|secret|(?:access_|refresh_|auth_?)?token|api_?key|authorization)(\\{0,3}"?\s?[:=]\s?\\{0,3}"?)[^\s"\\,&}]{4,}/gi,
    `$1$2${HIDDEN}`,
  ],
];

/** Shorter ones are words too, which would be taken out of every line. Characters. */
const SHORTEST = 10;

/**
 * Makes a text fit for a log: the middle of every E.164 number is hidden (percent-encoded plus signs too), and so is every secret
 * of the settings, and whatever looks like one.
 */
export function redactor(config: AppConfig): (text: string) => string {
  const known = secretsOf(config);
  return (text) => {
    let safe = maskPhones(text);
    for (const secret of known) safe = safe.replaceAll(secret, HIDDEN);
    for (const [pattern, shown] of SECRETS) safe = safe.replace(pattern, shown);
    return safe;
  };
}

export function maskPhones(text: string): string {
  return text.replace(PHONE, (_whole, _plus, digits: string) => maskPhone(`+${digits}`));
}

function secretsOf(config: AppConfig): string[] {
  const passwords = [config.DATABASE_URL, config.REDIS_URL].map((url) =>
    url !== undefined && URL.canParse(url) ? decodeURIComponent(new URL(url).password) : '',
  );
  return [
    config.TWILIO_AUTH_TOKEN ?? '',
    config.JWT_SECRET ?? '',
    ...config.SECRETS_KEY,
    ...passwords,
  ].filter((secret) => secret.length >= SHORTEST);
}
