import { ApiProperty } from '@nestjs/swagger';
import { ENDS, REASON_CODES, type Ends, type Reason, type ReasonCode } from '../reasons.js';

export const CODE = { enum: REASON_CODES, enumName: 'NotCalledReason', example: 'outside_window' } as const;
export const TIME = { type: String, format: 'date-time', nullable: true } as const;

/** One rule that keeps a lead, or a campaign, from being called now. */
export class ReasonResponse {
  @ApiProperty(CODE) code: ReasonCode;
  @ApiProperty({ example: 'It is outside the calling hours, until 2026-11-27T14:00:00.000Z' })
  message: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: {
      timezoneFrom: 'number',
      windows: [{ clocks: [{ timezone: 'America/New_York', isOpen: false }] }],
    },
    description: 'The values it was judged by',
  })
  evidence: Record<string, unknown>;
  @ApiProperty({
    ...TIME,
    example: '2026-11-27T14:00:00.000Z',
    description: 'When it ends, if that is known',
  })
  until: Date | null;
  @ApiProperty({
    enum: ENDS,
    example: 'at_time',
    description: 'How it ends: at `until`; by itself, nobody knows when; when somebody acts; never',
  })
  ends: Ends;
}

export function toReasonResponse({ code, message, evidence, until, ends }: Reason): ReasonResponse {
  return { code, message, evidence, until, ends };
}
