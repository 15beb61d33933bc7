import type { FinalStatus } from './call-record.js';

/** The SIP code a call tells that was not answered, unless it is scripted. */
export const SIP_CODES: Readonly<Partial<Record<FinalStatus, number>>> = {
  busy: 486,
  'no-answer': 487,
  failed: 503,
  canceled: 487,
};

/** What the carrier would bill: an answered call lasts a second at least. */
export const wholeSeconds = (ms: number): number => Math.max(1, Math.round(ms / 1000));
