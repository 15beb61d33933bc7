import { ApiProperty } from '@nestjs/swagger';
import type { CallOutcome, CallStatus } from '../../calls/index.js';
import type { LeadWithCalls } from '../leads.service.js';
import { LeadResponse, toLeadResponse } from './lead.response.js';

const ID = '0199f0a2-7c1e-7d4c-9a55-2f6f5f0f6a01';

/** One call of a lead's history. */
export class LeadCallResponse {
  @ApiProperty({ example: ID }) id: string;
  @ApiProperty({ type: String, example: 'completed' }) status: CallStatus;
  @ApiProperty({ type: String, nullable: true, example: 'answered' }) outcome: CallOutcome | null;
  @ApiProperty({ type: 'integer', example: 1, description: 'Which attempt on the lead, from 1' })
  attempt: number;
  @ApiProperty({ type: String, nullable: true, example: ID, description: 'null: the default agent' })
  agentId: string | null;
  @ApiProperty({ type: 'integer', nullable: true, example: 8000, description: 'Milliseconds talked' })
  duration: number | null;
  @ApiProperty({ type: String, nullable: true, example: null, description: "The carrier's code, or ours" })
  errorCode: string | null;
  @ApiProperty({ type: String, nullable: true, example: null }) errorMessage: string | null;
  @ApiProperty({ example: '2025-10-07T20:00:00.000Z' }) createdAt: Date;
  @ApiProperty({ type: Date, nullable: true }) answeredAt: Date | null;
  @ApiProperty({ type: Date, nullable: true }) endedAt: Date | null;
}

/** A lead with its calls. */
export class LeadDetailResponse extends LeadResponse {
  @ApiProperty({ type: [LeadCallResponse], description: 'Newest first, at most 100' })
  calls: LeadCallResponse[];
}

export function toLeadDetail({ lead, calls }: LeadWithCalls): LeadDetailResponse {
  return { ...toLeadResponse(lead), calls };
}
