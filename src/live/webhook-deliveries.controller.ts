import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ok, okPage, type Envelope, type ListEnvelope } from '../common/index.js';
import { ApiAccepted, ApiErrors, ApiOk, ApiPage, IdPipe, Roles, Scopes } from '../common/http/index.js';
import { Idempotent } from '../journal/index.js';
import {
  DeliveryResponse,
  QueuedEventResponse,
  RedeliveredResponse,
  toDeliveryResponse,
} from './dto/delivery.response.js';
import { ListDeliveriesQuery } from './dto/list-webhooks.query.js';
import { RedeliverDto } from './dto/redeliver.dto.js';
import { RedeliveryService } from './redelivery.service.js';

const ID = new IdPipe('Webhook');

@ApiTags('webhooks')
@Scopes('webhooks')
@Controller('webhooks/:id')
@ApiParam({ name: 'id', format: 'uuid' })
export class WebhookDeliveriesController {
  constructor(private readonly deliveries: RedeliveryService) {}

  @Get('deliveries')
  @Roles('viewer')
  @ApiOperation({ summary: 'List what was, is and could not be delivered, newest first' })
  @ApiPage(DeliveryResponse)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', 'WEBHOOK_NOT_FOUND')
  async list(
    @Param('id', ID) id: string,
    @Query() query: ListDeliveriesQuery,
  ): Promise<ListEnvelope<DeliveryResponse>> {
    const { items, ...paged } = await this.deliveries.list(id, query, query.status);
    return okPage({ ...paged, items: items.map(toDeliveryResponse) }, query);
  }

  @Post('deliveries/:eventId/redeliver')
  @Idempotent()
  @Roles('manager')
  @HttpCode(202)
  @ApiParam({ name: 'eventId', format: 'uuid' })
  @ApiOperation({ summary: 'Deliver an event again, under its own id' })
  @ApiAccepted(QueuedEventResponse)
  @ApiErrors('WEBHOOK_NOT_FOUND', 'EVENT_NOT_FOUND', 'WEBHOOK_DISABLED', 'EVENT_PENDING')
  async redeliver(
    @Param('id', ID) id: string,
    @Param('eventId', new IdPipe('Event')) eventId: string,
  ): Promise<Envelope<QueuedEventResponse>> {
    await this.deliveries.redeliver(id, eventId);
    return ok({ eventId });
  }

  @Post('redeliver')
  @Idempotent()
  @Roles('manager')
  @HttpCode(200)
  @ApiOperation({ summary: 'Deliver all dead letters again whose events happened since an instant' })
  @ApiOk(RedeliveredResponse)
  @ApiErrors('VALIDATION_FAILED', 'WEBHOOK_NOT_FOUND', 'WEBHOOK_DISABLED')
  async redeliverSince(
    @Param('id', ID) id: string,
    @Body() { since }: RedeliverDto,
  ): Promise<Envelope<RedeliveredResponse>> {
    return ok({ count: await this.deliveries.redeliverSince(id, since) });
  }
}
