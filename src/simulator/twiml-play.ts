import type { MsRange } from './settings.js';
import type { Verb } from './twiml.js';

/** About 15 characters a second: the pace of an unhurried voice. */
const MS_PER_CHARACTER = 65;
/** Twilio's defaults of `<Gather>` (https://www.twilio.com/docs/voice/twiml/gather). */
const GATHER_TIMEOUT_S = 5;
const FINISH_ON = '#';

/** Somebody who listens to TwiML. Durations in ms at speed 1. */
export interface Listener {
  /** How long the person stays where the TwiML leaves it open (`<Connect>`, `<Dial>`, …). */
  openMs: number;
  /** What it presses, from the first `<Gather>` on: `0`–`9`, `*`, `#`. */
  keys: string;
  /** How long it listens before each key. */
  keyMs: number;
}

/** Keys that a `<Gather>` collected, and where they go. */
export interface Gathered {
  /** Empty: none was pressed, and the TwiML wants to be told so. */
  digits: string;
  /** Relative or absolute; undefined: to where the TwiML came from. */
  action?: string;
  method: 'GET' | 'POST';
  /** Keys that are still to be pressed. */
  keys: string;
}

/** How long TwiML holds a call, in ms at speed 1, and what its listener typed at the end of it. */
export interface Played {
  ms: number;
  gathered?: Gathered;
}

/** Plays verbs to a listener, until they end, hang up, or a `<Gather>` sends its digits away. */
export function play(verbs: readonly Verb[], listener: Listener): Played {
  let ms = 0;
  for (const verb of verbs) {
    if (verb.name === 'Hangup' || verb.name === 'Reject') break;
    const played = playVerb(verb, listener);
    ms += played.ms;
    if (played.gathered) return { ms, gathered: played.gathered };
  }
  return { ms };
}

/** How long it takes to say a text, ms at speed 1. */
export function sayMs(text: string): number {
  return text.trim().length * MS_PER_CHARACTER;
}

/** Brought into the bounds, if there are any. */
export function within(ms: number, bounds?: MsRange): number {
  return bounds ? Math.min(bounds[1], Math.max(bounds[0], ms)) : ms;
}

function playVerb(verb: Verb, listener: Listener): Played {
  const { name, text, attributes } = verb;
  if (name === 'Say') return { ms: sayMs(text) * count(attributes.get('loop')) };
  if (name === 'Pause') return { ms: count(attributes.get('length')) * 1000 };
  if (name === 'Gather' && takesKeys(verb)) return gather(verb, listener);
  return { ms: listener.openMs };
}

const takesKeys = ({ attributes }: Verb): boolean =>
  (attributes.get('input') ?? 'dtmf').split(' ').includes('dtmf');

/**
 * A key interrupts what is said. The digits are complete with the last one wanted, with `finishOnKey`, or after
 * `timeout` seconds without another. Without any the TwiML goes on below, or (`actionOnEmptyResult`) its action is told.
 */
function gather(verb: Verb, listener: Listener): Played {
  const { attributes, nested } = verb;
  const timeoutMs = count(attributes.get('timeout'), GATHER_TIMEOUT_S) * 1000;
  const saidMs = play(nested, { ...listener, openMs: 0 }).ms;
  const typed = typedInto(attributes, inTime(listener, saidMs, timeoutMs));
  const pressedMs = typed.pressed * listener.keyMs;
  if (typed.digits === '' && attributes.get('actionOnEmptyResult') !== 'true') {
    return { ms: typed.pressed > 0 ? pressedMs : saidMs + timeoutMs };
  }
  const ms = typed.pressed === 0 ? saidMs + timeoutMs : pressedMs + (typed.isComplete ? 0 : timeoutMs);
  const method = attributes.get('method')?.toUpperCase() === 'GET' ? 'GET' : 'POST';
  const keys = listener.keys.slice(typed.pressed);
  return { ms, gathered: { digits: typed.digits, action: attributes.get('action'), method, keys } };
}

/** The first key may come until `timeout` after the last word, each other one until `timeout` after the one before. */
function inTime({ keys, keyMs }: Listener, saidMs: number, timeoutMs: number): string {
  if (keyMs < timeoutMs) return keys;
  return keyMs < saidMs + timeoutMs ? keys.slice(0, 1) : '';
}

/** The digits of the keys that one `<Gather>` takes, and how many keys that were. */
function typedInto(attributes: Verb['attributes'], keys: string) {
  const most = count(attributes.get('numDigits'), Infinity);
  const finish = attributes.get('finishOnKey') ?? FINISH_ON;
  const end = finish === '' ? -1 : keys.indexOf(finish);
  const digits = keys.slice(0, end < 0 ? most : Math.min(end, most));
  const isFinished = end >= 0 && end < most;
  return {
    digits,
    pressed: digits.length + (isFinished ? 1 : 0),
    isComplete: isFinished || digits.length === most,
  };
}

/** A whole number; `otherwise` where it is left out or senseless. */
const count = (text = '', otherwise = 1): number => (/^\d{1,5}$/.test(text) ? Number(text) : otherwise);
