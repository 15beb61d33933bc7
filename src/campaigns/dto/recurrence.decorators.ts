import { ValidateBy } from 'class-validator';
import { MIN_GAP_MINUTES, cronProblem, isZone, type CronProblem } from '../schedule/cron.js';

const WORDS: Record<CronProblem, string> = {
  not_five_fields: 'must have five fields (minute, hour, day of month, month, day of week)',
  unknown_words: 'may hold numbers, names of months and days, and * , - / only',
  not_valid: 'is not a valid cron expression',
  too_frequent: `must not recur more often than every ${MIN_GAP_MINUTES} minutes`,
  never: 'never recurs',
};

/** A cron expression a campaign can run by. What is no text is another check's business. */
export function IsCron(): PropertyDecorator {
  return ValidateBy({
    name: 'isCron',
    validator: {
      validate: (value) => typeof value !== 'string' || cronProblem(value) === null,
      defaultMessage: (args) => {
        const problem = typeof args?.value === 'string' ? cronProblem(args.value) : null;
        return `$property ${WORDS[problem ?? 'not_valid']}`;
      },
    },
  });
}

export function IsZone(): PropertyDecorator {
  return ValidateBy({
    name: 'isZone',
    validator: {
      validate: (value) => typeof value !== 'string' || isZone(value),
      defaultMessage: () => '$property must be the IANA name of a time zone, like Europe/London',
    },
  });
}
