import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiExtraModels, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ok, okPage, type Envelope, type ListEnvelope } from '../common/index.js';
import {
  ApiAccepted,
  ApiCreated,
  ApiErrors,
  ApiOk,
  ApiPage,
  IdPipe,
  Roles,
  Scopes,
} from '../common/http/index.js';
import { Idempotent } from '../journal/index.js';
import { CreateWebhookDto } from './dto/create-webhook.dto.js';
import { QueuedEventResponse } from './dto/delivery.response.js';
import { ListWebhooksQuery } from './dto/list-webhooks.query.js';
import { EVENT_CALLBACK, WebhookEvent } from './dto/webhook-event.js';
import { UpdateWebhookDto } from './dto/update-webhook.dto.js';
import {
  DeletedWebhookResponse,
  toWebhookResponse,
  toWebhookWithSecret,
  WebhookResponse,
  WebhookWithSecretResponse,
} from './dto/webhook.response.js';
import { RedeliveryService } from './redelivery.service.js';
import { SubscriptionsService } from './subscriptions.service.js';

const ID = new IdPipe('Webhook');

@ApiTags('webhooks')
@ApiExtraModels(WebhookEvent)
@Scopes('webhooks')
@Controller('webhooks')
export class WebhookSubscriptionsController {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly deliveries: RedeliveryService,
  ) {}

  @Post()
  @Idempotent('sealed')
  @Header('Cache-Control', 'no-store')
  @Roles('manager')
  @ApiOperation({
    summary: 'Subscribe to events; every one that happens after the answer is delivered',
    callbacks: EVENT_CALLBACK,
  })
  @ApiCreated(WebhookWithSecretResponse)
  @ApiErrors('VALIDATION_FAILED', 'CAMPAIGN_NOT_FOUND', 'TOO_MANY_WEBHOOKS')
  async create(@Body() body: CreateWebhookDto): Promise<Envelope<WebhookWithSecretResponse>> {
    return ok(toWebhookWithSecret(await this.subscriptions.create(body)));
  }

  @Get()
  @Roles('viewer')
  @ApiOperation({ summary: 'List webhooks, newest first' })
  @ApiPage(WebhookResponse)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR')
  async list(@Query() query: ListWebhooksQuery): Promise<ListEnvelope<WebhookResponse>> {
    const { items, ...paged } = await this.subscriptions.list(query);
    return okPage({ ...paged, items: items.map(toWebhookResponse) }, query);
  }

  @Get(':id')
  @Roles('viewer')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({ summary: 'Get a webhook, without its secret' })
  @ApiOk(WebhookResponse)
  @ApiErrors('WEBHOOK_NOT_FOUND')
  async get(@Param('id', ID) id: string): Promise<Envelope<WebhookResponse>> {
    return ok(toWebhookResponse(await this.subscriptions.get(id)));
  }

  @Put(':id')
  @Roles('manager')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({ summary: 'Update, disable or enable a webhook; absent fields stay as they are' })
  @ApiOk(WebhookResponse)
  @ApiErrors('VALIDATION_FAILED', 'WEBHOOK_NOT_FOUND', 'CAMPAIGN_NOT_FOUND')
  async update(
    @Param('id', ID) id: string,
    @Body() body: UpdateWebhookDto,
  ): Promise<Envelope<WebhookResponse>> {
    return ok(toWebhookResponse(await this.subscriptions.update(id, body)));
  }

  @Delete(':id')
  @Roles('manager')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({ summary: 'Delete a webhook and all that was to be delivered to it' })
  @ApiOk(DeletedWebhookResponse)
  @ApiErrors('WEBHOOK_NOT_FOUND')
  async delete(@Param('id', ID) id: string): Promise<Envelope<DeletedWebhookResponse>> {
    await this.subscriptions.delete(id);
    return ok({ id }, 'Webhook deleted successfully');
  }

  @Post(':id/rotate-secret')
  @Idempotent('sealed')
  @Header('Cache-Control', 'no-store')
  @Roles('manager')
  @HttpCode(200)
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({ summary: 'Make a new secret; for 24 hours the one before it signs too' })
  @ApiOk(WebhookWithSecretResponse)
  @ApiErrors('WEBHOOK_NOT_FOUND')
  async rotateSecret(@Param('id', ID) id: string): Promise<Envelope<WebhookWithSecretResponse>> {
    return ok(toWebhookWithSecret(await this.subscriptions.rotateSecret(id)));
  }

  @Post(':id/test')
  @Idempotent()
  @Roles('manager')
  @HttpCode(202)
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({ summary: 'Send a webhook.test event, behind those that wait already' })
  @ApiAccepted(QueuedEventResponse)
  @ApiErrors('WEBHOOK_NOT_FOUND', 'WEBHOOK_DISABLED')
  async test(@Param('id', ID) id: string): Promise<Envelope<QueuedEventResponse>> {
    return ok({ eventId: await this.deliveries.test(id) });
  }
}
