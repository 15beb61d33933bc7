import { ApiProperty } from '@nestjs/swagger';
import { callingAreaOf } from '../calling-area.js';
import type { PhoneNumber, PhoneNumberSource, RestReason } from '../phone-number.entity.js';
import type { PhoneNumberWithUse } from '../phone-numbers.service.js';

/** Why nothing is called from a number for a while. */
export class PhoneNumberRestResponse {
  @ApiProperty({ enum: ['manual', 'low_answer_rate', 'carrier_refused'], example: 'low_answer_rate' })
  reason: RestReason;

  @ApiProperty({ type: String, nullable: true, example: '2 of 50 calls were answered; 41 % from the others' })
  note: string | null;

  @ApiProperty({ format: 'date-time' })
  since: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'null: until it is ended' })
  until: Date | null;
}

/** A number that calls are made from, as the API shows it. */
export class PhoneNumberResponse {
  @ApiProperty({ format: 'uuid', example: '01994c1e-7a3b-7c52-9a3e-2f4b8d1c6e70' }) id: string;
  @ApiProperty({ example: '+12025550199', description: 'E.164' }) phoneNumber: string;
  @ApiProperty({ type: String, nullable: true, example: 'Sales, New York' }) label: string | null;
  @ApiProperty({
    enum: ['config', 'api', 'former_config'],
    example: 'api',
    description: 'config: from TWILIO_PHONE_NUMBERS; former_config: it has left that variable',
  })
  source: PhoneNumberSource;
  @ApiProperty({ example: true }) isActive: boolean;
  @ApiProperty({ type: Number, nullable: true, example: null }) cps: number | null;
  @ApiProperty({ type: 'integer', nullable: true, example: 200 }) dailyCap: number | null;
  @ApiProperty({ type: String, nullable: true, example: 'US', description: 'ISO 3166' }) country:
    string | null;
  @ApiProperty({ type: String, nullable: true, example: '202', description: 'Of +1 numbers' })
  areaCode: string | null;
  @ApiProperty({ type: PhoneNumberRestResponse, nullable: true, example: null })
  rest: PhoneNumberRestResponse | null;
  @ApiProperty({
    type: 'integer',
    example: 12,
    description: 'Calls made from it today (UTC), counted up to 10,000 or its cap',
  })
  callsToday: number;
  @ApiProperty({ type: 'integer', example: 0 }) openCalls: number;
  @ApiProperty({ format: 'date-time' }) createdAt: Date;
  @ApiProperty({ format: 'date-time' }) updatedAt: Date;
}

/** What is left of a deleted number. */
export class DeletedPhoneNumberResponse {
  @ApiProperty({ format: 'uuid', example: '01994c1e-7a3b-7c52-9a3e-2f4b8d1c6e70' }) id: string;
}

/** @param now a rest that is over by then is not shown */
export function toPhoneNumberResponse({ number, use }: PhoneNumberWithUse, now: Date): PhoneNumberResponse {
  const { id, phoneNumber, label, source, isActive, cps, dailyCap, createdAt, updatedAt } = number;
  return {
    ...{ id, phoneNumber, label, source, isActive, cps, dailyCap },
    ...callingAreaOf(phoneNumber),
    rest: restOf(number, now),
    callsToday: use.today,
    openCalls: use.open,
    createdAt,
    updatedAt,
  };
}

function restOf(number: PhoneNumber, now: Date): PhoneNumberRestResponse | null {
  const { restReason: reason, restNote: note, restedAt: since, restUntil: until } = number;
  if (reason === null || since === null || (until !== null && until <= now)) return null;
  return { reason, note, since, until };
}
