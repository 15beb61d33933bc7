import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateBy, type ValidationArguments } from 'class-validator';
import { problemOfWindow, WEEKDAYS, type Weekday } from '../../compliance/index.js';

const START = { example: '09:00', description: 'Local time' };
const END = { example: '18:00', description: 'Over at this time; at or before the start: of the next day' };
const DAYS = { enum: WEEKDAYS, isArray: true };

class DayHoursSchema {
  @ApiProperty({ ...DAYS, example: ['mon', 'tue', 'wed', 'thu', 'fri'] }) days: Weekday[];
  @ApiProperty(START) start: string;
  @ApiProperty({ ...END, description: `${END.description}. 24:00 is the end of the day` }) end: string;
}

class WindowBreakSchema {
  @ApiPropertyOptional({ ...DAYS, description: 'The days on which it begins; none: every day' })
  days?: Weekday[];
  @ApiProperty({ ...START, example: '12:00' }) start: string;
  @ApiProperty({ ...END, example: '13:00' }) end: string;
}

class HolidayPlaceSchema {
  @ApiProperty({ example: 'US', description: 'ISO 3166' }) country: string;
  @ApiPropertyOptional({ example: 'CA', description: 'A state or nation of it' }) region?: string;
}

/** A calling window in the documentation. What may be sent is checked by `IsCallingWindow`. */
export class CallingWindowSchema {
  @ApiProperty({
    example: 'lead',
    description: "`lead`: by each lead's own clock; else an IANA zone whose clock counts for all",
  })
  timezone: string;

  @ApiProperty({
    type: [DayHoursSchema],
    description: 'What begins before midnight belongs to the day it began',
  })
  hours: DayHoursSchema[];

  @ApiPropertyOptional({ type: [WindowBreakSchema] }) breaks?: WindowBreakSchema[];

  @ApiPropertyOptional({
    type: HolidayPlaceSchema,
    nullable: true,
    description: 'Whose public holidays are kept',
  })
  holidays?: HolidayPlaceSchema | null;

  @ApiPropertyOptional({ type: [String], example: ['2026-12-24'], description: 'Further days without calls' })
  exceptDates?: string[];
}

/** Checks a calling window, which is taken as it was sent. */
export function IsCallingWindow(): PropertyDecorator {
  return applyDecorators(
    Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => obj[key]),
    ValidateBy({
      name: 'isCallingWindow',
      validator: {
        validate: (value: unknown) => problemOfWindow(value) === undefined,
        defaultMessage: (args?: ValidationArguments) =>
          `callingWindow ${problemOfWindow(args?.value) ?? 'is wrong'}`,
      },
    }),
  );
}
