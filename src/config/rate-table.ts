import { ValidateBy } from 'class-validator';

/** The beginning of a number in E.164 without its plus, or all other numbers. */
const PREFIX = /^([1-9]\d{0,14}|default)$/;
const MOST_A_MINUTE = 1000;

/** An object of prices a minute by the beginnings of numbers. */
export function IsRateTable(): PropertyDecorator {
  return ValidateBy({
    name: 'isRateTable',
    validator: {
      validate: isRateTable,
      defaultMessage: () =>
        `CALL_RATES must be a JSON object of prices a minute (0 to ${MOST_A_MINUTE}) by the first digits of numbers or "default"`,
    },
  });
}

function isRateTable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([prefix, price]) => PREFIX.test(prefix) && isPrice(price));
}

function isPrice(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= MOST_A_MINUTE;
}
