import { ApiProperty } from '@nestjs/swagger';
import type { LeadStatus } from '../../../leads/index.js';
import type { Explanation } from '../explain.service.js';
import { REASON_CODES, type ReasonCode } from '../reasons.js';
import { ReasonResponse, TIME, toReasonResponse } from './reason.response.js';

const ID = '0199f0a2-7c1e-7d4c-9a55-2f6f5f0f6a01';
const NOW = '2026-11-26T20:00:00.000Z';
const MAYBE_CODE = { type: String, nullable: true, enum: REASON_CODES } as const;

/** Where a lead stands in line. */
export class PlaceResponse {
  @ApiProperty({ type: 'integer', example: 12, description: 'Leads in line that come before it' })
  ahead: number;
  @ApiProperty({ example: false, description: 'There are more than `ahead`' }) isCapped: boolean;
}

/** Why a lead is not called now. */
export class ExplanationResponse {
  @ApiProperty({ format: 'uuid', example: ID }) leadId: string;
  @ApiProperty({ format: 'uuid', example: ID }) campaignId: string;
  @ApiProperty({ enum: ['pending', 'calling', 'completed', 'failed'], example: 'pending' })
  leadStatus: LeadStatus;
  @ApiProperty({ format: 'date-time', example: NOW }) judgedAt: Date;
  @ApiProperty({
    example: false,
    description: 'Nothing keeps it from being called but those before it in line',
  })
  callable: boolean;
  @ApiProperty({ ...MAYBE_CODE, example: 'outside_window', description: 'The reason that decides' })
  reason: ReasonCode | null;
  @ApiProperty({ type: [ReasonResponse], description: 'All that hold, the deciding one first' })
  reasons: ReasonResponse[];
  @ApiProperty({
    ...TIME,
    example: '2026-11-27T14:00:00.000Z',
    description: 'When it may be called, by all that is known now; null: see `waitsFor`',
  })
  nextAttemptAt: Date | null;
  @ApiProperty({
    ...MAYBE_CODE,
    example: null,
    description: 'What has to end first, of which no time is known',
  })
  waitsFor: ReasonCode | null;
  @ApiProperty({ type: PlaceResponse, nullable: true, description: 'null: it is not in line' })
  place: PlaceResponse | null;
}

export function toExplanationResponse(explanation: Explanation): ExplanationResponse {
  const { leadId, campaignId, leadStatus, judgedAt, callable, reason } = explanation;
  const { reasons, nextAttemptAt, waitsFor, place } = explanation;
  return {
    ...{ leadId, campaignId, leadStatus, judgedAt, callable, reason },
    reasons: reasons.map(toReasonResponse),
    ...{ nextAttemptAt, waitsFor },
    place: place && { ahead: place.ahead, isCapped: place.isCapped },
  };
}
