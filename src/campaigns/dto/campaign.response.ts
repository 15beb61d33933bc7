import { ApiProperty } from '@nestjs/swagger';
import { fromMicros, statesOf } from '../../common/index.js';
import type { CounterTotals } from '../campaign-counters.repository.js';
import { AGENT_STRATEGIES, type AgentStrategy, type Campaign } from '../campaign.entity.js';
import { RULE_PACK_NAMES, type CallingWindow, type RulePackName } from '../../compliance/index.js';
import { CAMPAIGN_TRANSITIONS, type CampaignStatus } from '../campaign.states.js';
import { OptOutResponse } from './opt-out.response.js';
import { nextStartOf } from '../schedule/plan.js';
import { RecurrenceResponse, toRecurrenceResponse } from './recurrence.response.js';
import { NumberCapDto } from './number-cap.dto.js';
import { RetryRuleDto } from './retry-rule.dto.js';

import { CallingWindowSchema } from './calling-window.schema.js';

const ID = '01994c1e-52d0-7b1f-8d3a-6c0f9e2b7a41';
const NOW = '2025-10-07T20:00:00.000Z';
const TIME = { type: String, format: 'date-time', nullable: true, example: null } as const;

/** Why a campaign paused itself, or could not start as scheduled. */
export class PausedReasonResponse {
  @ApiProperty({ example: 'CARRIER_AUTH' })
  code: string;

  @ApiProperty({ example: 'The carrier refused our credentials' })
  message: string;
}

/** Why a campaign was stopped by its schedule. */
export class StoppedReasonResponse {
  @ApiProperty({ example: 'END_AT' })
  code: string;

  @ApiProperty({ example: 'The end of the campaign (endAt) has come' })
  message: string;
}

/** A campaign as the API shows it. Durations are milliseconds. */
export class CampaignResponse {
  @ApiProperty({ format: 'uuid', example: ID })
  id: string;

  @ApiProperty({ example: 'Q4 Sales Campaign' })
  name: string;

  @ApiProperty({ type: String, nullable: true, example: 'End of year sales push' })
  description: string | null;

  @ApiProperty({ enum: statesOf(CAMPAIGN_TRANSITIONS), example: 'draft' })
  status: CampaignStatus;

  @ApiProperty({ type: 'integer', example: 3 })
  maxConcurrent: number;

  @ApiProperty({ example: false })
  retryFailed: boolean;

  @ApiProperty({ type: 'integer', example: 1 })
  retryAttempts: number;

  @ApiProperty({ type: 'integer', example: 60_000 })
  retryDelay: number;

  @ApiProperty({ type: [RetryRuleDto], nullable: true, example: null })
  retryRules: RetryRuleDto[] | null;

  @ApiProperty({ type: NumberCapDto, nullable: true, example: null })
  maxAttemptsPerNumber: NumberCapDto | null;

  @ApiProperty({ type: 'integer', example: 2000 })
  callDelay: number;

  @ApiProperty({ enum: AGENT_STRATEGIES, example: 'primary_first' })
  agentStrategy: AgentStrategy;

  @ApiProperty({ type: String, nullable: true, example: null })
  defaultCountry: string | null;

  @ApiProperty({ type: 'integer', example: 1 })
  weight: number;

  @ApiProperty({ type: 'integer', nullable: true, example: null })
  maxCalls: number | null;

  @ApiProperty({ type: 'number', nullable: true, example: null, description: 'In the currency of the rates' })
  maxSpend: number | null;

  @ApiProperty({ type: 'number', example: 0, description: 'What its ended calls cost, by estimate' })
  estimatedSpend: number;

  @ApiProperty({ type: OptOutResponse, nullable: true, example: null })
  optOut: OptOutResponse | null;

  @ApiProperty({ type: CallingWindowSchema, nullable: true, example: null })
  callingWindow: CallingWindow | null;

  @ApiProperty({ enum: RULE_PACK_NAMES, example: 'none' })
  rulePack: RulePackName;

  @ApiProperty({ ...TIME, description: 'While active: nobody may be called before then' })
  wakesAt: Date | null;

  @ApiProperty({
    type: [String],
    nullable: true,
    example: null,
    description: 'Numbers it may call from, E.164; null: every active one',
  })
  callerIds: string[] | null;

  @ApiProperty({ example: false })
  localPresence: boolean;

  @ApiProperty({ type: PausedReasonResponse, nullable: true, example: null })
  pausedReason: PausedReasonResponse | null;

  @ApiProperty(TIME)
  scheduledAt: Date | null;

  @ApiProperty({ ...TIME, description: 'The campaign stops by itself then' })
  endAt: Date | null;

  @ApiProperty({ type: RecurrenceResponse, nullable: true })
  recurrence: RecurrenceResponse | null;

  @ApiProperty({ ...TIME, description: 'When it starts by itself next' })
  nextRunAt: Date | null;

  @ApiProperty({ type: StoppedReasonResponse, nullable: true, example: null })
  stoppedReason: StoppedReasonResponse | null;

  @ApiProperty(TIME)
  startedAt: Date | null;

  @ApiProperty(TIME)
  completedAt: Date | null;

  @ApiProperty({ type: 'integer', description: 'Ended placed calls: successful and failed', example: 0 })
  totalCalls: number;

  @ApiProperty({ type: 'integer', description: 'Calls answered by a person or a voicemail', example: 0 })
  successfulCalls: number;

  @ApiProperty({ type: 'integer', example: 0 })
  failedCalls: number;

  @ApiProperty({ format: 'date-time', example: NOW })
  createdAt: Date;

  @ApiProperty({ format: 'date-time', example: NOW })
  updatedAt: Date;
}

/** What is left of a deleted campaign. */
export class DeletedCampaignResponse {
  @ApiProperty({ format: 'uuid', example: ID })
  id: string;
}

/** What a campaign is shown with. */
export type CampaignTotals = Pick<
  CounterTotals,
  'totalCalls' | 'successfulCalls' | 'failedCalls' | 'spendMicros'
>;

export function toCampaignResponse(campaign: Campaign, totals: CampaignTotals): CampaignResponse {
  return {
    id: campaign.id,
    name: campaign.name,
    description: campaign.description,
    status: campaign.status,
    maxConcurrent: campaign.maxConcurrent,
    retryFailed: campaign.retryFailed,
    retryAttempts: campaign.retryAttempts,
    retryDelay: campaign.retryDelay,
    retryRules: campaign.retryRules,
    maxAttemptsPerNumber: campaign.maxAttemptsPerNumber,
    callDelay: campaign.callDelay,
    agentStrategy: campaign.agentStrategy,
    defaultCountry: campaign.defaultCountry,
    weight: campaign.weight,
    maxCalls: campaign.maxCalls,
    maxSpend: campaign.maxSpend,
    estimatedSpend: fromMicros(totals.spendMicros),
    optOut: campaign.optOut,
    callingWindow: campaign.callingWindow,
    rulePack: campaign.rulePack,
    wakesAt: campaign.status === 'active' ? campaign.wakesAt : null,
    callerIds: campaign.callerIds,
    localPresence: campaign.localPresence,
    pausedReason: campaign.pausedReason,
    scheduledAt: campaign.scheduledAt,
    endAt: campaign.endAt,
    recurrence: campaign.recurrence && toRecurrenceResponse(campaign.recurrence),
    nextRunAt: nextStartOf(campaign),
    stoppedReason: campaign.stoppedReason,
    startedAt: campaign.startedAt,
    completedAt: campaign.completedAt,
    totalCalls: totals.totalCalls,
    successfulCalls: totals.successfulCalls,
    failedCalls: totals.failedCalls,
    createdAt: campaign.createdAt,
    updatedAt: campaign.updatedAt,
  };
}
