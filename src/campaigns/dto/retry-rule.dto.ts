import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInt,
  Max,
  Min,
  registerDecorator,
  type ValidationArguments,
} from 'class-validator';
import { RETRY_OUTCOMES, type RetryOutcome, type RetryRule } from '../retry-rules.js';

export const THIRTY_DAYS_MS = 30 * 24 * 60 * 60 * 1000;
const MAX_ATTEMPTS = 100;

/** More delays than attempts: somebody meant something that would never happen. */
function NotLongerThanAttempts(): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'notLongerThanAttempts',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: (delays: unknown, { object }: ValidationArguments) => {
          const { attempts } = object as Partial<RetryRule>;
          // A wrong `attempts` is refused by itself.
          const most = Number.isInteger(attempts) && Number(attempts) >= 1 ? Number(attempts) : Infinity;
          return !Array.isArray(delays) || delays.length <= most;
        },
        defaultMessage: () => 'delays must not have more entries than attempts',
      },
    });
}

/** How often, and after how long, a lead is called again after one outcome. */
export class RetryRuleDto implements RetryRule {
  @ApiProperty({ enum: RETRY_OUTCOMES, example: 'busy' })
  @IsIn(RETRY_OUTCOMES)
  on: RetryOutcome;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    maximum: MAX_ATTEMPTS,
    example: 3,
    description: 'How often a lead is called again after this outcome',
  })
  @IsInt()
  @Min(1)
  @Max(MAX_ATTEMPTS)
  attempts: number;

  @ApiProperty({
    type: 'array',
    items: { type: 'integer', minimum: 0, maximum: THIRTY_DAYS_MS },
    minItems: 1,
    maxItems: MAX_ATTEMPTS,
    example: [300_000, 3_600_000],
    description: 'Milliseconds before the first, second … of these calls; the last holds for the rest',
  })
  @NotLongerThanAttempts()
  @Max(THIRTY_DAYS_MS, { each: true })
  @Min(0, { each: true })
  @IsInt({ each: true })
  @ArrayMaxSize(MAX_ATTEMPTS)
  @ArrayNotEmpty()
  @IsArray()
  delays: number[];
}
