import { ApiProperty } from '@nestjs/swagger';
import type { CampaignStatus } from '../../../campaigns/index.js';
import { BLOCKED_REASONS, type BlockedReason } from '../../../leads/index.js';
import type { Blocked } from '../blocked.service.js';
import type { ReasonCode } from '../reasons.js';
import { CODE, ReasonResponse, TIME, toReasonResponse } from './reason.response.js';

const ID = '01994c1e-52d0-7b1f-8d3a-6c0f9e2b7a41';
const AT = '2026-11-27T14:00:00.000Z';
const COUNT = { type: 'integer', example: 7012 } as const;
const CAPPED = { example: false, description: 'Counting stopped: there are more than `count`' } as const;
const STATUSES = ['draft', 'scheduled', 'active', 'paused', 'stopped', 'completed'];

/** The leads of a campaign by status: exact. */
export class LeadTotalsResponse {
  @ApiProperty({ type: 'integer', example: 9120 }) pending: number;
  @ApiProperty({ type: 'integer', example: 3 }) calling: number;
  @ApiProperty({ type: 'integer', example: 801 }) completed: number;
  @ApiProperty({ type: 'integer', example: 76 }) failed: number;
}

export class ReadyLeadsResponse {
  @ApiProperty(COUNT) count: number;
  @ApiProperty(CAPPED) isCapped: boolean;
}

export class NextBlockedResponse {
  @ApiProperty(CODE) reason: ReasonCode;
  @ApiProperty({ type: 'integer', example: 188 }) count: number;
  @ApiProperty({ ...TIME, example: AT, description: 'When the first of them may be called; null: never' })
  nextAttemptAt: Date | null;
}

/** What is said of the leads that are next. */
export class NextInLineResponse {
  @ApiProperty({
    type: 'integer',
    example: 200,
    description: 'The first so many in line were judged for this answer',
  })
  judged: number;
  @ApiProperty({ type: 'integer', example: 12 }) callable: number;
  @ApiProperty({ type: [NextBlockedResponse] }) blocked: NextBlockedResponse[];
}

export class WaitingLeadsResponse {
  @ApiProperty({ enum: BLOCKED_REASONS, example: 'retry_wait' }) reason: BlockedReason;
  @ApiProperty(COUNT) count: number;
  @ApiProperty(CAPPED) isCapped: boolean;
  @ApiProperty({ format: 'date-time', example: AT, description: 'When the first of them may be called' })
  nextAttemptAt: Date;
}

export class EndedLeadsResponse {
  @ApiProperty({ enum: ['completed', 'failed'], example: 'failed' }) status: 'completed' | 'failed';
  @ApiProperty({ example: 'no_answer' }) reason: string;
  @ApiProperty(COUNT) count: number;
  @ApiProperty(CAPPED) isCapped: boolean;
}

/** Why the leads of a campaign are not called, by reason. */
export class BlockedResponse {
  @ApiProperty({ format: 'uuid', example: ID }) campaignId: string;
  @ApiProperty({ enum: STATUSES, example: 'active' }) status: CampaignStatus;
  @ApiProperty({ format: 'date-time', example: AT }) judgedAt: Date;
  @ApiProperty({
    type: [ReasonResponse],
    description:
      'What keeps all leads of the campaign from being called now, the deciding reason first; none: nothing does',
  })
  reasons: ReasonResponse[];
  @ApiProperty({ type: LeadTotalsResponse }) leads: LeadTotalsResponse;
  @ApiProperty({
    type: ReadyLeadsResponse,
    description:
      'In line. A lead is judged when its turn comes: these were not yet, and may turn out blocked',
  })
  ready: ReadyLeadsResponse;
  @ApiProperty({ type: NextInLineResponse, description: 'The first of those in line, judged now' })
  nextInLine: NextInLineResponse;
  @ApiProperty({ type: [WaitingLeadsResponse], description: 'Judged, and waiting; most first' })
  waiting: WaitingLeadsResponse[];
  @ApiProperty({ type: [EndedLeadsResponse], description: 'Through' }) ended: EndedLeadsResponse[];
}

export function toBlockedResponse(blocked: Blocked): BlockedResponse {
  const { campaignId, status, judgedAt, reasons, leads, ready, nextInLine, waiting, ended } = blocked;
  const { pending, calling, completed, failed } = leads;
  return {
    ...{ campaignId, status, judgedAt, reasons: reasons.map(toReasonResponse) },
    leads: { pending, calling, completed, failed },
    ready: { count: ready.count, isCapped: ready.isCapped },
    nextInLine: {
      judged: nextInLine.judged,
      callable: nextInLine.callable,
      blocked: nextInLine.blocked.map(({ reason, count, nextAttemptAt }) => ({
        reason,
        count,
        nextAttemptAt,
      })),
    },
    waiting: waiting.map(({ reason, count, isCapped, nextAttemptAt }) => ({
      reason,
      count,
      isCapped,
      nextAttemptAt,
    })),
    ended: ended.map((group) => ({
      ...{ status: group.status, reason: group.reason },
      ...{ count: group.count, isCapped: group.isCapped },
    })),
  };
}
