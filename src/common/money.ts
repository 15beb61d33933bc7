/** Millionths in one unit of a currency. */
const MICROS = 1_000_000;

/** An amount as a whole number of millionths, the only form in which amounts are added up. */
export function toMicros(amount: number): number {
  return Math.round(amount * MICROS);
}

/** Millionths as the amount that people write. */
export function fromMicros(micros: number): number {
  return micros / MICROS;
}
