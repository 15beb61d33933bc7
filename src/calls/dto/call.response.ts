import { ApiProperty } from '@nestjs/swagger';
import { statesOf } from '../../common/index.js';
import { CALL_OUTCOMES, CALL_TRANSITIONS, type CallOutcome, type CallStatus } from '../call.states.js';
import type { CallEventRow, CallRow } from '../calls.repository.js';

const ID = '0199f0a2-7c1e-7d4c-9a55-2f6f5f0f6a01';

/** A call as the API tells it. */
export class CallResponse {
  @ApiProperty({ example: ID }) id: string;
  @ApiProperty({ example: ID }) campaignId: string;
  @ApiProperty({ type: String, nullable: true, example: ID, description: 'null once the lead was deleted' })
  leadId: string | null;
  @ApiProperty({ type: String, nullable: true, example: ID, description: 'null: the default agent' })
  agentId: string | null;
  @ApiProperty({ example: '+919529117230' }) phoneNumber: string;
  @ApiProperty({ example: '+15005550006' }) fromNumber: string;
  @ApiProperty({ example: 1, description: 'Which attempt on its lead this is, from 1' }) attempt: number;
  @ApiProperty({ enum: statesOf(CALL_TRANSITIONS), example: 'completed' }) status: CallStatus;
  @ApiProperty({
    type: String,
    nullable: true,
    enum: CALL_OUTCOMES,
    example: 'answered',
  })
  outcome: CallOutcome | null;
  @ApiProperty({ type: String, nullable: true, example: 'CA00000000000000000000000000000000' })
  carrierSid: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'human' }) answeredBy: string | null;
  @ApiProperty({ type: String, nullable: true, example: null, description: "The carrier's code, or ours" })
  errorCode: string | null;
  @ApiProperty({ type: String, nullable: true, example: null }) errorMessage: string | null;
  @ApiProperty({ type: Number, nullable: true, example: 8000, description: 'Milliseconds talked' })
  duration: number | null;
  @ApiProperty() createdAt: Date;
  @ApiProperty({ type: Date, nullable: true, description: 'When it was handed to the carrier' })
  dialedAt: Date | null;
  @ApiProperty({ type: Date, nullable: true }) answeredAt: Date | null;
  @ApiProperty({ type: Date, nullable: true }) endedAt: Date | null;
}

/** One fact about a call. */
export class CallEventResponse {
  @ApiProperty({ example: '1' }) id: string;
  @ApiProperty({ example: 'carrier.callback' }) type: string;
  @ApiProperty({ type: String, nullable: true, example: 'ringing' }) status: CallStatus | null;
  @ApiProperty() at: Date;
  @ApiProperty({ type: Object, example: { sequence: '1' } }) data: Record<string, unknown>;
}

/** A call with its events, oldest first. */
export class CallDetailResponse extends CallResponse {
  @ApiProperty({ type: [CallEventResponse] }) events: CallEventResponse[];
}

export function toCallResponse(call: CallRow): CallResponse {
  return {
    id: call.id,
    campaignId: call.campaignId,
    leadId: call.leadId,
    agentId: call.agentId,
    phoneNumber: call.phoneNumber,
    fromNumber: call.fromNumber,
    attempt: call.attempt,
    status: call.status,
    outcome: call.outcome,
    carrierSid: call.carrierSid,
    answeredBy: call.answeredBy,
    errorCode: call.errorCode,
    errorMessage: call.errorMessage,
    duration: call.durationMs,
    createdAt: call.createdAt,
    dialedAt: call.dialedAt,
    answeredAt: call.answeredAt,
    endedAt: call.endedAt,
  };
}

export function toCallDetail(call: CallRow, events: CallEventRow[]): CallDetailResponse {
  return { ...toCallResponse(call), events };
}
