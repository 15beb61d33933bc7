import { isIP } from 'node:net';
import { refusalOfAddress } from './address-rules.js';

/** A receiver's address, as it was given. */
export const LONGEST_URL = 2000;
const HTTPS_PORT = 443;
/** Below are the ports of services of the machine itself (RFC 6335, section 6), which no receiver listens on but at 443. */
const FIRST_FREE_PORT = 1024;

/** Where events may be sent to; `allowPrivate` is the switch for development: any port, http, any address. */
export interface UrlRules {
  allowPrivate: boolean;
}

export type UrlVerdict = { ok: true; url: URL } | { ok: false; reason: string };

/** Judges a URL by itself: what its name resolves to is looked up later, and each time. */
export function judgeUrl(text: string, { allowPrivate }: UrlRules): UrlVerdict {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const reason = url ? reasonAgainst(url, allowPrivate) : 'url must be a URL';
  return url && reason === null ? { ok: true, url } : { ok: false, reason: reason ?? 'url must be a URL' };
}

function reasonAgainst(url: URL, allowPrivate: boolean): string | null {
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:'))
    return 'url must begin with https://';
  if (url.username !== '' || url.password !== '') return 'url must not hold a user name or password';
  if (url.hash !== '') return 'url must not have a fragment';
  if (allowPrivate) return null;
  const port = url.port === '' ? HTTPS_PORT : Number(url.port);
  if (port !== HTTPS_PORT && port < FIRST_FREE_PORT) return 'url must have the port 443, or one from 1024 on';
  const host = hostOf(url);
  const refusal = isIP(host) ? refusalOfAddress(host) : null;
  return refusal === null ? null : `url must not lead to a ${refusal} address`;
}

/** The name or address in a URL, an IPv6 one without its brackets. The URL parser has made `0x7f.1` an address by then. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}
