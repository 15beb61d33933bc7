import { completeOdds, DEFAULT_ODDS } from './odds.js';
import type { Odds, Outcome } from './odds.js';
import type { FaultRule } from './fault-kinds.js';

/** From least to most, in ms at speed 1. */
export type MsRange = readonly [min: number, max: number];

/** What happens to calls to one number, instead of what the odds would draw. Durations in ms at speed 1. */
export interface NumberScript {
  outcome?: Outcome;
  /** How long the call waits as queued before it is dialled. */
  queueMs?: MsRange;
  ringMs?: MsRange;
  /** How long an answered call lasts, whatever its TwiML says. */
  talkMs?: MsRange;
  /** What the person who answers presses at each `<Gather>`, one after another; empty: nothing, whatever the odds. */
  keys?: string;
  keyMs?: MsRange;
  /** The SIP code that a failed call tells. */
  sipCode?: number;
  /** Refuse the request with this Twilio error code; nothing rings. */
  refuse?: number;
  /** The script holds for so many requests to the number; afterwards the odds decide again. */
  times?: number;
}

/** What may be changed while the simulator runs (`PUT /control`). */
export interface Settings {
  seed: number;
  /** 1 = real time, 10 = ten times as fast. */
  speed: number;
  queueMs: MsRange;
  /** Left out: 1–4 s before an answer, and an unanswered phone rings until the request's `Timeout`. */
  ringMs?: MsRange;
  /** Left out: a call lasts as long as its TwiML, and an open-ended TwiML 5–20 s. Given: it bounds both. */
  talkMs?: MsRange;
  odds: Odds;
  /** The share of people who press such keys: `{"9": 0.02}`. */
  keys: Readonly<Record<string, number>>;
  /** Left out: a person listens 1–3 s before each key. */
  keyMs?: MsRange;
  numbers: ReadonlyMap<string, NumberScript>;
  faults: readonly FaultRule[];
}

export interface SettingsPatch extends Partial<Omit<Settings, 'odds' | 'numbers'>> {
  odds?: Partial<Odds>;
  numbers?: Readonly<Record<string, NumberScript>>;
}

export const DEFAULT_SETTINGS: Settings = {
  seed: 1,
  speed: 1,
  queueMs: [0, 0],
  odds: DEFAULT_ODDS,
  keys: {},
  numbers: new Map(),
  faults: [],
};

/** Settings as they are now. A patch replaces what it names; `numbers` are added number by number. */
export class SettingsBox {
  private settings: Settings;

  constructor(private readonly start: Settings) {
    this.settings = start;
  }

  get now(): Settings {
    return this.settings;
  }

  patch(patch: SettingsPatch): void {
    this.settings = applyPatch(this.settings, patch);
  }

  reset(): void {
    this.settings = this.start;
  }
}

export function applyPatch(settings: Settings, patch: SettingsPatch): Settings {
  const { odds, numbers, ...plain } = patch;
  const named = Object.entries<unknown>(plain).filter(([, value]) => value !== undefined);
  return {
    ...settings,
    ...Object.fromEntries(named),
    odds: odds ? completeOdds(odds) : settings.odds,
    numbers: numbers ? new Map([...settings.numbers, ...Object.entries(numbers)]) : settings.numbers,
  };
}
