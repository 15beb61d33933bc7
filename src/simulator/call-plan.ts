import { drawKeys, drawMs, drawOutcome } from './odds.js';
import type { DrawKey, Outcome } from './odds.js';
import type { MsRange, NumberScript, Settings } from './settings.js';

const USUAL_RING_MS: MsRange = [1000, 4000];
const USUAL_TALK_MS: MsRange = [5000, 20_000];
/** A call the network turns away fails after about so long, without a ring. */
const USUAL_FAIL_MS: MsRange = [300, 300];
/** Time to hear what a key is for. */
const USUAL_KEY_MS: MsRange = [1000, 3000];

/** What will become of a call, settled when it is placed. Durations in ms at speed 1. */
export interface CallPlan {
  outcome: Outcome;
  queueMs: number;
  /** How long it rings (or, if it fails, how long until then); without one it rings until the request's Timeout. */
  ringMs?: number;
  /** It talks exactly so long, whatever the TwiML. */
  fixedTalkMs?: number;
  /** How long the person stays on the line where the TwiML does not say. */
  openTalkMs: number;
  talkBounds?: MsRange;
  /** What the person presses when it is asked to; empty: nothing. */
  keys: string;
  /** How long it listens before each key. */
  keyMs: number;
  /** The SIP code it tells if it fails. */
  sipCode?: number;
}

/** Pure: the same settings, script and key always give the same plan. */
export function planCall(
  settings: Settings,
  script: NumberScript,
  timeDraw: Omit<DrawKey, 'seed'>,
): CallPlan {
  const key = { ...timeDraw, seed: settings.seed };
  const outcome = script.outcome ?? drawOutcome(key, settings.odds);
  const keys = outcome === 'answered' ? (script.keys ?? drawKeys(key, settings.keys)) : '';
  const ring = script.ringMs ?? settings.ringMs ?? usualRing(outcome);
  return {
    outcome,
    queueMs: drawMs(key, 'queue', script.queueMs ?? settings.queueMs),
    ringMs: ring && drawMs(key, 'ring', ring),
    fixedTalkMs: script.talkMs && drawMs(key, 'talk', script.talkMs),
    openTalkMs: drawMs(key, 'talk', settings.talkMs ?? USUAL_TALK_MS),
    talkBounds: settings.talkMs,
    keys,
    keyMs: keys === '' ? 0 : drawMs(key, 'key', script.keyMs ?? settings.keyMs ?? USUAL_KEY_MS),
    sipCode: script.sipCode,
  };
}

function usualRing(outcome: Outcome): MsRange | undefined {
  if (outcome === 'no-answer') return undefined;
  return outcome === 'failed' ? USUAL_FAIL_MS : USUAL_RING_MS;
}
