import { isId } from './ids.js';

/** A phone number fit for a log line: country and last two digits stay, the middle goes. */
export function maskPhone(e164: string): string {
  return e164.length <= 6 ? '***' : `${e164.slice(0, 3)}${'*'.repeat(e164.length - 5)}${e164.slice(-2)}`;
}

/** A part of a path that may be a number somebody is called by: digits and what is written between them. */
const NUMBER_LIKE = /^(?:\+|%2B)?[\d().-]{7,}$/i;
/** Characters. */
const SHOWN = 300;

/** A URL fit for a log line: its path, without what may be a number, and no query, which may hold a number or a token. */
export function maskUrl(url: string): string {
  const [path = ''] = url.split('?');
  const parts = path.slice(0, SHOWN).split('/');
  return parts.map((part) => (NUMBER_LIKE.test(part) && !isId(part) ? '***' : part)).join('/');
}
