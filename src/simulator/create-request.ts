import type { CallRequest, TwimlSource } from './call-record.js';
import { refusal } from './errors.js';
import { CALLBACK_EVENTS } from './fault-kinds.js';
import type { CallbackEvent } from './fault-kinds.js';
import { INVALID_FROM } from './magic-numbers.js';

const E164 = /^\+[1-9]\d{6,14}$/;
const DEFAULT_TIMEOUT_S = 60;
const LONGEST_TIMEOUT_S = 600;
/** Twilio's own limit on a call: four hours. */
const LONGEST_CALL_S = 14_400;
const LONGEST_TWIML = 4000;
const USUAL_EVENTS: readonly CallbackEvent[] = ['completed'];

/**
 * Reads and checks the form of a create request, in the order in which Twilio complains.
 *
 * @param fromNumbers the account's numbers; left out: any number may call
 * @throws CarrierError with Twilio's code for the first thing that is wrong
 */
export function readCreateRequest(form: URLSearchParams, fromNumbers?: readonly string[]): CallRequest {
  const to = form.get('To') ?? '';
  const from = form.get('From') ?? '';
  if (!to) throw refusal(21201);
  if (!from) throw refusal(21213);
  if (!E164.test(to)) throw refusal(21211, to);
  if (!E164.test(from) || from === INVALID_FROM) throw refusal(21212, from);
  if (fromNumbers && !fromNumbers.includes(from)) throw refusal(21210, from);

  const source = readTwimlSource(form);
  if (!source) throw refusal(21205);
  return { to, from, source, ...readCallback(form), ...readLimits(form) };
}

/** @throws CarrierError 21205 if the URL is none; returns undefined if neither Url nor Twiml is there */
export function readTwimlSource(form: URLSearchParams): TwimlSource | undefined {
  const url = form.get('Url') ?? '';
  const twiml = form.get('Twiml') ?? '';
  const method = readMethod(form, 'Method');
  if (twiml.length > LONGEST_TWIML) throw refusal(20001, 'Twiml');
  if (url && !isWebUrl(url)) throw refusal(21205, url);
  if (url) return { url, method };
  return twiml ? { twiml, method } : undefined;
}

function readCallback(form: URLSearchParams) {
  const statusCallback = form.get('StatusCallback') ?? undefined;
  if (statusCallback && !isWebUrl(statusCallback)) throw refusal(21609, statusCallback);
  // Some clients send one parameter with spaces instead of several.
  const names = form.getAll('StatusCallbackEvent').flatMap((value) => value.split(' ').filter(Boolean));
  const unknown = names.filter((name) => !isCallbackEvent(name));
  if (unknown.length > 0) throw refusal(21626, unknown.join(', '));
  const events = CALLBACK_EVENTS.filter((event) => names.includes(event));
  return {
    statusCallback: statusCallback || undefined,
    statusCallbackMethod: readMethod(form, 'StatusCallbackMethod'),
    statusCallbackEvents: events.length > 0 ? events : USUAL_EVENTS,
  };
}

function readLimits(form: URLSearchParams) {
  return {
    timeoutS: readSeconds(form, 'Timeout', DEFAULT_TIMEOUT_S, LONGEST_TIMEOUT_S),
    timeLimitS: readSeconds(form, 'TimeLimit', LONGEST_CALL_S, LONGEST_CALL_S),
    detectMachine: ['Enable', 'DetectMessageEnd'].includes(form.get('MachineDetection') ?? ''),
  };
}

function readSeconds(form: URLSearchParams, name: string, otherwise: number, max: number): number {
  const text = form.get(name) ?? '';
  if (text === '') return otherwise;
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (!(seconds >= 1 && seconds <= max)) throw refusal(20001, name);
  return seconds;
}

function readMethod(form: URLSearchParams, name: string): 'GET' | 'POST' {
  const method = (form.get(name) ?? 'POST').toUpperCase();
  if (method !== 'GET' && method !== 'POST') throw refusal(20001, name);
  return method;
}

const isCallbackEvent = (name: string): boolean => CALLBACK_EVENTS.some((event) => event === name);

function isWebUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
