import { FORGERY, isCallbackFault, isRequestFault, REQUEST_FAULTS } from './fault-kinds.js';
import type { CallbackEvent, CallbackFaultKind, FaultRule, Operation } from './fault-kinds.js';
import { unitOf } from './odds.js';
import type { SettingsBox } from './settings.js';

const DEFAULT_DELAY_MS = 1000;

export type RequestStrike = (typeof REQUEST_FAULTS)[keyof typeof REQUEST_FAULTS] & { delayMs: number };

export interface CallbackStrike {
  kind: CallbackFaultKind;
  delayMs: number;
}

/** Decides which requests and callbacks go wrong. Which ones is a function of the seed, not of their order. */
export class Faults {
  private readonly struck = new WeakMap<FaultRule, number>();
  private readonly requests = new Map<string, number>();
  private counts: Partial<Record<FaultRule['kind'], number>> = {};

  constructor(private readonly settings: SettingsBox) {}

  onRequest(on: Operation, to: string): RequestStrike | undefined {
    if (this.settings.now.faults.length === 0) return undefined;
    const key = `${on}|${to}`;
    const nth = (this.requests.get(key) ?? 0) + 1;
    this.requests.set(key, nth);
    const applies = (rule: FaultRule) =>
      (rule.match?.on ?? (rule.kind === 'list-lag' ? 'list' : 'create')) === on;
    const rule = this.pick(to, `${key}|${nth}`, (each) => isRequestFault(each.kind) && applies(each));
    if (!rule || !isRequestFault(rule.kind)) return undefined;
    return { ...REQUEST_FAULTS[rule.kind], delayMs: rule.delayMs ?? DEFAULT_DELAY_MS };
  }

  onCallback(event: CallbackEvent, to: string, attempt: number): CallbackStrike | undefined {
    const applies = (rule: FaultRule) => !rule.match?.event || rule.match.event === event;
    const rule = this.pick(
      to,
      `${event}|${to}|${attempt}`,
      (each) => isCallbackFault(each.kind) && applies(each),
    );
    if (!rule || !isCallbackFault(rule.kind)) return undefined;
    return { kind: rule.kind, delayMs: rule.delayMs ?? DEFAULT_DELAY_MS };
  }

  /** Whether somebody else sends a callback of their own beside this one. */
  isForged(event: CallbackEvent, to: string, attempt: number): boolean {
    const applies = (rule: FaultRule) =>
      rule.kind === FORGERY && (rule.match?.event === undefined || rule.match.event === event);
    return this.pick(to, `${FORGERY}|${event}|${to}|${attempt}`, applies) !== undefined;
  }

  /** How often each kind has struck. */
  get strikes(): Readonly<Partial<Record<FaultRule['kind'], number>>> {
    return this.counts;
  }

  /** Counts the requests to each number, and the strikes, from one again. */
  forget(): void {
    this.requests.clear();
    this.counts = {};
  }

  private pick(to: string, key: string, applies: (rule: FaultRule) => boolean): FaultRule | undefined {
    const { faults, seed } = this.settings.now;
    const rule = faults.find((each, index) => {
      if (!applies(each) || (each.match?.to ?? to) !== to) return false;
      if ((this.struck.get(each) ?? 0) >= (each.times ?? Infinity)) return false;
      return unitOf(`${seed}|fault ${index}|${key}`) < (each.share ?? 1);
    });
    if (!rule) return undefined;
    this.struck.set(rule, (this.struck.get(rule) ?? 0) + 1);
    this.counts[rule.kind] = (this.counts[rule.kind] ?? 0) + 1;
    return rule;
  }
}
