import { Body, Controller, Delete, Get, Header, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ok, okPage, type Envelope, type ListEnvelope } from '../../common/index.js';
import { ApiCreated, ApiErrors, ApiOk, ApiPage, IdPipe, Roles } from '../../common/http/index.js';
import { Idempotent } from '../../journal/index.js';
import {
  ApiKeyResponse,
  FreshApiKeyResponse,
  toApiKeyResponse,
  toFreshApiKeyResponse,
} from '../dto/api-key.response.js';
import { CreateApiKeyDto } from '../dto/create-api-key.dto.js';
import { ListApiKeysQuery } from '../dto/list.queries.js';
import { RotateApiKeyDto } from '../dto/rotate-api-key.dto.js';
import { ApiKeysService } from './api-keys.service.js';

const API_KEY_ID = new IdPipe('API key');

/** No key that is limited to scopes gets in here: it could make itself a stronger one. */
@ApiTags('auth')
@Roles('owner')
@Controller('auth/api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  @Post()
  @Idempotent('sealed')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Make an API key; the answer is the only place where it is shown' })
  @ApiCreated(FreshApiKeyResponse)
  @ApiErrors('VALIDATION_FAILED', 'EXPIRES_IN_THE_PAST')
  async create(
    @Body() { name, role, scopes = null, expiresAt = null }: CreateApiKeyDto,
  ): Promise<Envelope<FreshApiKeyResponse>> {
    return ok(toFreshApiKeyResponse(await this.keys.create({ name, role, scopes, expiresAt })));
  }

  @Get()
  @ApiOperation({ summary: 'List API keys, newest first, with those that are over' })
  @ApiPage(ApiKeyResponse)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR')
  async list(@Query() query: ListApiKeysQuery): Promise<ListEnvelope<ApiKeyResponse>> {
    const { items, ...paged } = await this.keys.list(query);
    return okPage({ ...paged, items: items.map(toApiKeyResponse) }, query);
  }

  @Get(':apiKeyId')
  @ApiParam({ name: 'apiKeyId', format: 'uuid' })
  @ApiOperation({ summary: 'Get an API key, with its last use' })
  @ApiOk(ApiKeyResponse)
  @ApiErrors('API_KEY_NOT_FOUND')
  async get(@Param('apiKeyId', API_KEY_ID) id: string): Promise<Envelope<ApiKeyResponse>> {
    return ok(toApiKeyResponse(await this.keys.get(id)));
  }

  @Post(':apiKeyId/rotate')
  @Idempotent('sealed')
  @Header('Cache-Control', 'no-store')
  @ApiParam({ name: 'apiKeyId', format: 'uuid' })
  @ApiOperation({ summary: 'Make a key in place of another, which goes on working for a while' })
  @ApiCreated(FreshApiKeyResponse)
  @ApiErrors('VALIDATION_FAILED', 'API_KEY_OVER', 'API_KEY_NOT_FOUND')
  async rotate(
    @Param('apiKeyId', API_KEY_ID) id: string,
    @Body() { overlapSeconds }: RotateApiKeyDto,
  ): Promise<Envelope<FreshApiKeyResponse>> {
    return ok(toFreshApiKeyResponse(await this.keys.rotate(id, overlapSeconds)));
  }

  @Delete(':apiKeyId')
  @ApiParam({ name: 'apiKeyId', format: 'uuid' })
  @ApiOperation({ summary: 'Revoke an API key; it stays in the list' })
  @ApiOk(ApiKeyResponse)
  @ApiErrors('API_KEY_NOT_FOUND')
  async revoke(@Param('apiKeyId', API_KEY_ID) id: string): Promise<Envelope<ApiKeyResponse>> {
    return ok(toApiKeyResponse(await this.keys.revoke(id)), 'API key revoked successfully');
  }
}
