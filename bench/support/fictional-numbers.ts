import { parsePhoneNumber } from '../../src/compliance/index.js';

/** 415: the simulator's magic numbers. 500: no place, and Twilio's test numbers. 202: the simulator's own caller id. */
const LEFT_OUT = new Set([415, 500, 202]);
const PER_AREA = 100;

/**
 * Distinct numbers that nobody can own: +1 NXX 555 0100 to 0199 (NANPA keeps them for fiction), over the area codes
 * that exist. Some 40,000 of them.
 * @returns E.164
 * @throws RangeError where there are not so many
 */
export function fictionalNumbers(count: number): string[] {
  const numbers: string[] = [];
  for (let area = 201; area < 1000 && numbers.length < count; area += 1) {
    if (LEFT_OUT.has(area) || !isDialable(numberAt(area, 0))) continue;
    for (let line = 0; line < PER_AREA && numbers.length < count; line += 1) {
      numbers.push(numberAt(area, line));
    }
  }
  if (numbers.length < count) throw new RangeError(`There are only ${numbers.length} fictional numbers`);
  return numbers;
}

function numberAt(area: number, line: number): string {
  return `+1${area}55501${String(line).padStart(2, '0')}`;
}

function isDialable(number: string): boolean {
  const parsed = parsePhoneNumber(number);
  return parsed.ok && parsed.e164 === number;
}
