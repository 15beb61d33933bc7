import { ApiProperty } from '@nestjs/swagger';
import { REOPEN_RULES, type Recurrence, type ReopenRule } from '../schedule/recurrence.js';

/** When a campaign runs again by itself. */
export class RecurrenceResponse {
  @ApiProperty({ example: '0 9 * * 1-5' })
  cron: string;

  @ApiProperty({ example: 'Europe/London' })
  timezone: string;

  @ApiProperty({ enum: REOPEN_RULES, example: 'failed' })
  reopen: ReopenRule;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  until: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: null })
  maxRuns: number | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 480 })
  runMinutes: number | null;
}

export function toRecurrenceResponse(recurrence: Recurrence): RecurrenceResponse {
  const { cron, timezone, reopen, until, maxRuns, runMinutes } = recurrence;
  return { cron, timezone, reopen, until, maxRuns, runMinutes };
}
