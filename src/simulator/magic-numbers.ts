import type { NumberScript } from './settings.js';

const always = (talkMs: number): NumberScript => ({
  outcome: 'answered',
  ringMs: [500, 500],
  talkMs: [talkMs, talkMs],
});

/**
 * Numbers whose fate is fixed (docs/simulator.md). The +1 500 555 000x are Twilio's own test numbers
 * (https://www.twilio.com/docs/iam/test-credentials); +1 415 555 01xx is a range kept for fiction; the two +91
 * numbers are those of the API document's Quick Start.
 */
export const MAGIC_NUMBERS: ReadonlyMap<string, NumberScript> = new Map<string, NumberScript>([
  ['+15005550001', { refuse: 21217 }],
  ['+15005550002', { refuse: 21214 }],
  ['+15005550003', { refuse: 21215 }],
  ['+15005550004', { refuse: 21216 }],
  ['+15005550009', { refuse: 21211 }],
  ['+14155550110', { outcome: 'busy' }],
  ['+14155550111', { outcome: 'no-answer' }],
  ['+14155550112', { outcome: 'failed' }],
  ['+14155550113', { outcome: 'machine' }],
  ['+14155550114', always(300_000)],
  ['+14155550115', always(0)],
  ['+14155550116', { outcome: 'answered' }],
  ['+14155550117', { outcome: 'answered', ringMs: [50_000, 50_000] }],
  ['+14155550118', { outcome: 'answered', queueMs: [600_000, 600_000] }],
  ['+14155550119', { outcome: 'busy', times: 1 }],
  ['+14155550120', { outcome: 'answered', ringMs: [500, 500], keys: '9' }],
  ['+14155550121', { outcome: 'answered', ringMs: [500, 500], keys: '1' }],
  ['+14155550122', { outcome: 'failed', sipCode: 404 }],
  ['+919529117230', always(1500)],
  ['+918329823146', always(2000)],
]);

/** Twilio's test number for a `From` that is not valid. */
export const INVALID_FROM = '+15005550001';
