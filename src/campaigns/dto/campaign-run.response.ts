import { ApiProperty } from '@nestjs/swagger';
import {
  RUN_STATUSES,
  RUN_TRIGGERS,
  type RunStatus,
  type RunTrigger,
} from '../schedule/campaign-run.entity.js';
import type { RunRow } from '../schedule/campaign-runs.repository.js';

const count = (example: number) => ({ type: 'integer', example }) as const;
const TIME = {
  type: String,
  format: 'date-time',
  nullable: true,
  example: '2025-10-07T08:00:00.000Z',
} as const;

/** Why a run ended, or did not take place. */
export class RunReasonResponse {
  @ApiProperty({ example: 'RUN_TIME_UP' })
  code: string;

  @ApiProperty({ example: 'The run has lasted as long as it may (recurrence.runMinutes)' })
  message: string;
}

/** One start of a campaign, or one that was due and did not take place. */
export class CampaignRunResponse {
  @ApiProperty({ ...count(3), description: 'From 1, without gaps' })
  number: number;

  @ApiProperty({ enum: RUN_TRIGGERS, example: 'recurrence' })
  trigger: RunTrigger;

  @ApiProperty({
    enum: RUN_STATUSES,
    example: 'completed',
    description: 'opening: leads of earlier runs are being re-opened, and then it starts',
  })
  status: RunStatus;

  @ApiProperty({ type: RunReasonResponse, nullable: true, example: null })
  reason: RunReasonResponse | null;

  @ApiProperty({ ...TIME, description: 'When it should start; null: it was started by hand' })
  dueAt: Date | null;

  @ApiProperty(TIME)
  startedAt: Date | null;

  @ApiProperty(TIME)
  endedAt: Date | null;

  @ApiProperty({ ...count(40), description: 'Leads of earlier runs it calls again' })
  leadsReopened: number;

  @ApiProperty({ ...count(150), description: 'Leads that waited when it started' })
  leadsPending: number;

  @ApiProperty({ ...count(150), description: 'Calls that ended from its start on until the next one’s' })
  totalCalls: number;

  @ApiProperty(count(120))
  successfulCalls: number;

  @ApiProperty(count(30))
  failedCalls: number;
}

export function toCampaignRun(run: RunRow): CampaignRunResponse {
  const { number, trigger, status, reason, dueAt, startedAt, endedAt } = run;
  const { leadsReopened, leadsPending, successfulCalls, failedCalls } = run;
  return {
    ...{ number, trigger, status, reason, dueAt, startedAt, endedAt, leadsReopened, leadsPending },
    ...{ totalCalls: successfulCalls + failedCalls, successfulCalls, failedCalls },
  };
}
