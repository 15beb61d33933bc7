import { isKnownRefusal } from './errors.js';
import { CALLBACK_EVENTS, CALLBACK_FAULTS, FORGERY, OPERATIONS, REQUEST_FAULTS } from './fault-kinds.js';
import type { FaultRule } from './fault-kinds.js';
import { completeOdds, OUTCOMES } from './odds.js';
import type { Odds } from './odds.js';
import type { MsRange, NumberScript, SettingsPatch } from './settings.js';

/** A setting that cannot be; the message names it. */
export class SettingsError extends Error {}

type Reader<Value> = (value: unknown, name: string) => Value;

const LONGEST_MS = 24 * 3_600_000;
const FASTEST = 1000;
const FAULT_KINDS = [...Object.keys(REQUEST_FAULTS), ...CALLBACK_FAULTS, FORGERY] as FaultRule['kind'][];

/**
 * Checks settings that came from outside (`PUT /control`, the start options).
 * @throws SettingsError at the first thing that is unknown or out of range
 */
export function readSettings(value: unknown): SettingsPatch {
  return fields<SettingsPatch>({
    seed: number(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    speed: number(0.01, FASTEST),
    queueMs: range,
    ringMs: range,
    talkMs: range,
    odds: readOdds,
    keys: readKeyOdds,
    keyMs: range,
    numbers: readNumbers,
    faults: readFaults,
  })(value, '');
}

const readNumbers: Reader<Record<string, NumberScript>> = (value, name) =>
  Object.fromEntries(
    Object.entries(object(value, name)).map(([to, script]) => [
      phone(to, name),
      readScript(script, join(name, to)),
    ]),
  );

const readScript = (value: unknown, name: string): NumberScript =>
  fields<NumberScript>({
    outcome: oneOf(OUTCOMES),
    queueMs: range,
    ringMs: range,
    talkMs: range,
    keys: readKeys,
    keyMs: range,
    sipCode,
    refuse: refusalCode,
    times: whole,
  })(value, name);

const readFaults: Reader<FaultRule[]> = (value, name) => {
  if (!Array.isArray(value)) throw new SettingsError(`${name} must be a list`);
  return value.map((rule, index) => readFault(rule, `${name}[${index}]`));
};

const readFault = (value: unknown, name: string): FaultRule => {
  const rule = fields<Partial<FaultRule>>({
    kind: oneOf(FAULT_KINDS),
    match: fields<NonNullable<FaultRule['match']>>({
      to: phone,
      on: oneOf(OPERATIONS),
      event: oneOf(CALLBACK_EVENTS),
    }),
    share: number(0, 1),
    times: whole,
    delayMs: number(0, LONGEST_MS),
  })(value, name);
  if (rule.kind === undefined) throw new SettingsError(`${name}.kind is missing`);
  return { ...rule, kind: rule.kind };
};

const readOdds: Reader<Partial<Odds>> = (value, name) => {
  const unit = number(0, 1);
  const odds = fields<Partial<Odds>>({
    answered: unit,
    machine: unit,
    busy: unit,
    'no-answer': unit,
    failed: unit,
  })(value, name);
  try {
    completeOdds(odds);
  } catch (error) {
    throw new SettingsError(error instanceof Error ? error.message : String(error));
  }
  return odds;
};

const readKeys: Reader<string> = (value, name) => {
  if (typeof value === 'string' && /^[0-9*#]{0,32}$/.test(value)) return value;
  throw new SettingsError(`${name} must be up to 32 keys: 0-9, * and #`);
};

const readKeyOdds: Reader<Record<string, number>> = (value, name) => {
  const unit = number(0, 1);
  const shares = Object.entries(object(value, name)).map(([keys, share]): [string, number] => [
    readKeys(keys, name),
    unit(share, join(name, keys)),
  ]);
  const total = shares.reduce((sum, [, share]) => sum + share, 0);
  if (total > 1 + 1e-9) throw new SettingsError(`${name} add up to ${total}, more than 1`);
  return Object.fromEntries(shares);
};

/** An object with these fields and no others, each optional. */
function fields<Shape extends object>(readers: {
  [Key in keyof Shape]-?: Reader<Shape[Key]>;
}): Reader<Shape> {
  const table = readers as Record<string, Reader<unknown> | undefined>;
  return (value, name) => {
    const entries = Object.entries(object(value, name || 'the body')).filter(
      ([, each]) => each !== undefined,
    );
    const read = entries.map(([key, each]) => {
      const reader = Object.hasOwn(table, key) ? table[key] : undefined;
      if (!reader) throw new SettingsError(`${join(name, key)} is not a setting`);
      return [key, reader(each, join(name, key))];
    });
    return Object.fromEntries(read) as Shape;
  };
}

function object(value: unknown, name: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new SettingsError(`${name} must be an object`);
}

function number(min: number, max: number): Reader<number> {
  return (value, name) => {
    if (typeof value === 'number' && value >= min && value <= max) return value;
    throw new SettingsError(`${name} must be a number from ${min} to ${max}`);
  };
}

const whole: Reader<number> = (value, name) => {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new SettingsError(`${name} must be a whole number, 0 or more`);
};

/** A duration, or `[least, most]`. */
const range: Reader<MsRange> = (value, name) => {
  const pair: unknown[] = Array.isArray(value) ? value : [value, value];
  const duration = number(0, LONGEST_MS);
  const [min, max] = [duration(pair[0], name), duration(pair[1], name)];
  if (pair.length !== 2 || min > max) throw new SettingsError(`${name} must be ms, or [least ms, most ms]`);
  return [min, max];
};

const phone: Reader<string> = (value, name) => {
  if (typeof value === 'string' && /^\+[1-9]\d{6,14}$/.test(value)) return value;
  throw new SettingsError(`${name}: ${String(value)} is not an E.164 number`);
};

const sipCode: Reader<number> = (value, name) => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 300 && value <= 699) return value;
  throw new SettingsError(`${name} must be a SIP code from 300 to 699`);
};

const refusalCode: Reader<number> = (value, name) => {
  if (typeof value === 'number' && isKnownRefusal(value)) return value;
  throw new SettingsError(`${name} must be one of Twilio's error codes that the simulator knows`);
};

function oneOf<Value extends string>(values: readonly Value[]): Reader<Value> {
  return (value, name) => {
    const found = values.find((each) => each === value);
    if (found !== undefined) return found;
    throw new SettingsError(`${name} must be one of ${values.join(', ')}`);
  };
}

const join = (name: string, key: string): string => (name ? `${name}.${key}` : key);
