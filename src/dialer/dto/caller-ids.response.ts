import { ApiProperty } from '@nestjs/swagger';
import { obstacleOf, obstacleOfAll, type CallerIdPool, type NoCallerIdReason } from '../rules/caller-id.js';

const REASONS: NoCallerIdReason[] = [
  ...(['no_caller_id', 'caller_ids_inactive', 'caller_ids_resting'] as const),
  ...(['caller_ids_capped', 'caller_ids_paced'] as const),
];
const REASON = { type: String, nullable: true, enum: REASONS, example: null } as const;
const UNTIL = { type: String, format: 'date-time', nullable: true, example: null } as const;

/** One of the numbers a campaign may call from. */
export class CallerIdResponse {
  @ApiProperty({ example: '+12025550199' }) phoneNumber: string;
  @ApiProperty({ ...REASON, description: 'null: it is free' }) reason: NoCallerIdReason | null;
  @ApiProperty({ ...UNTIL, description: 'When that ends by itself' }) until: Date | null;
}

/** What a campaign calls from now, or why it waits. */
export class CallerIdsResponse {
  @ApiProperty({ ...REASON, description: 'Why nothing can be called now; null: a number is free' })
  reason: NoCallerIdReason | null;
  @ApiProperty({ ...UNTIL, description: 'When the first number may be free again by itself' })
  until: Date | null;
  @ApiProperty({ type: [CallerIdResponse] }) numbers: CallerIdResponse[];
}

export function toCallerIdsResponse(pool: CallerIdPool): CallerIdsResponse {
  const free = { reason: null, until: null };
  return {
    ...(obstacleOfAll(pool) ?? free),
    numbers: pool.ids.map((id) => ({ phoneNumber: id.number, ...(obstacleOf(id, pool) ?? free) })),
  };
}
