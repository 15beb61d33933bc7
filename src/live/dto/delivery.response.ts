import { ApiProperty } from '@nestjs/swagger';
import { DELIVERY_STATUSES, type DeliveryStatus, type DeliveryTry } from '../../journal/index.js';
import type { DeliveryRow } from '../delivery-list.repository.js';

const ID = '6f1c1f0e-0b1c-4f0a-9a55-2f6f5f0f6a01';

/** One attempt to tell an event. */
class DeliveryAttemptResponse {
  @ApiProperty({ format: 'date-time' }) at: string;
  @ApiProperty({ type: 'integer', nullable: true, example: 503, description: 'null: there was no answer' })
  statusCode: number | null;
  @ApiProperty({ type: 'integer', example: 120, description: 'Milliseconds' }) durationMs: number;
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'STATUS: answered 503',
    description: 'null: it succeeded',
  })
  error: string | null;
}

/** An event on its way to a receiver. */
export class DeliveryResponse {
  @ApiProperty({ format: 'uuid', example: ID, description: 'The webhook-id of every attempt' })
  eventId: string;
  @ApiProperty({ example: 'call.ended' }) type: string;
  @ApiProperty({
    enum: DELIVERY_STATUSES,
    example: 'delivered',
    description: 'pending: in line; parked: retried beside the line; dead: given up',
  })
  status: DeliveryStatus;
  @ApiProperty({ type: [DeliveryAttemptResponse], description: 'The latest 20, oldest first' })
  attempts: DeliveryTry[];
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'ok',
    description: 'The first 1,024 bytes of the last answer',
  })
  answer: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  nextAttemptAt: Date | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it was delivered or given up',
  })
  endedAt: Date | null;
  @ApiProperty({ format: 'date-time', description: 'When the event happened' }) createdAt: Date;
}

/** An event that is on its way. */
export class QueuedEventResponse {
  @ApiProperty({ format: 'uuid', example: ID }) eventId: string;
}

/** How many events are told again. */
export class RedeliveredResponse {
  @ApiProperty({ type: 'integer', example: 12 }) count: number;
}

export function toDeliveryResponse(delivery: DeliveryRow): DeliveryResponse {
  return {
    eventId: delivery.eventId,
    type: delivery.type,
    status: delivery.status,
    attempts: delivery.tries,
    answer: delivery.answer,
    nextAttemptAt: delivery.nextAttemptAt,
    endedAt: delivery.endedAt,
    createdAt: delivery.createdAt,
  };
}
