import { ApiProperty } from '@nestjs/swagger';
import { statesOf } from '../../common/index.js';
import { BLOCKED_REASONS, type BlockedReason } from '../lead.entity.js';
import type { LeadRow } from '../lead-list.repository.js';
import { LEAD_TRANSITIONS, type LeadStatus } from '../lead.states.js';

const ID = '0199f0a2-7c1e-7d4c-9a55-2f6f5f0f6a01';

/** A lead as the API tells it. */
export class LeadResponse {
  @ApiProperty({ example: ID }) id: string;
  @ApiProperty({ example: ID }) campaignId: string;
  @ApiProperty({ example: '+919529117230', description: 'E.164' }) phoneNumber: string;
  @ApiProperty({ type: String, nullable: true, example: 'John Doe' }) name: string | null;
  @ApiProperty({ enum: statesOf(LEAD_TRANSITIONS), example: 'pending' }) status: LeadStatus;
  @ApiProperty({ type: 'integer', example: 1, description: 'Higher is called first' }) priority: number;
  @ApiProperty({ type: String, nullable: true, example: 'America/New_York', description: 'IANA' })
  timezone: string | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { source: 'website', tags: ['high-value'] },
  })
  metadata: Record<string, unknown>;
  @ApiProperty({ type: 'integer', example: 0, description: 'Attempts so far' }) attempts: number;
  @ApiProperty({ type: Date, nullable: true, example: null, description: 'Not called before then' })
  nextAttemptAt: Date | null;
  @ApiProperty({
    type: String,
    nullable: true,
    enum: BLOCKED_REASONS,
    example: null,
    description: 'Why a pending lead is not called now',
  })
  blockedReason: BlockedReason | null;
  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it completed or failed' })
  reason: string | null;
  @ApiProperty({ example: '2025-10-07T20:00:00.000Z' }) createdAt: Date;
  @ApiProperty({ example: '2025-10-07T20:00:00.000Z' }) updatedAt: Date;
}

export function toLeadResponse(lead: LeadRow): LeadResponse {
  return {
    id: lead.id,
    campaignId: lead.campaignId,
    phoneNumber: lead.phoneNumber,
    name: lead.name,
    status: lead.status,
    priority: lead.priority,
    timezone: lead.timezone,
    metadata: lead.metadata,
    attempts: lead.attempts,
    nextAttemptAt: lead.nextAttemptAt,
    blockedReason: lead.blockedReason,
    reason: lead.reason,
    createdAt: lead.createdAt,
    updatedAt: lead.updatedAt,
  };
}
