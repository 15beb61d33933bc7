import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { CampaignsService } from '../campaigns/index.js';
import { ok, type Envelope } from '../common/index.js';
import { ApiErrors, ApiOk, IdPipe, Roles, Scopes } from '../common/http/index.js';
import { CallerIds } from './caller-ids.service.js';
import { CallerIdsResponse, toCallerIdsResponse } from './dto/caller-ids.response.js';

@ApiTags('phone numbers')
@Scopes('campaigns')
@Controller('campaigns/:campaignId/caller-ids')
export class CallerIdsController {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly callerIds: CallerIds,
  ) {}

  @Get()
  @Roles('viewer')
  @ApiParam({ name: 'campaignId', format: 'uuid' })
  @ApiOperation({ summary: 'The numbers a campaign may call from, which of them are free, and why not' })
  @ApiOk(CallerIdsResponse)
  @ApiErrors('CAMPAIGN_NOT_FOUND')
  async get(@Param('campaignId', new IdPipe('Campaign')) id: string): Promise<Envelope<CallerIdsResponse>> {
    const campaign = await this.campaigns.require(id);
    return ok(toCallerIdsResponse(await this.callerIds.poolOf(campaign, await this.callerIds.known())));
  }
}
