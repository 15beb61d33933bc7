import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ok, type Envelope } from '../../common/index.js';
import { ApiErrors, ApiOk, IdPipe, Roles, Scopes } from '../../common/http/index.js';
import { BlockedService } from './blocked.service.js';
import { BlockedQuery } from './dto/blocked.query.js';
import { BlockedResponse, toBlockedResponse } from './dto/blocked.response.js';
import { ExplanationResponse, toExplanationResponse } from './dto/explanation.response.js';
import { ExplainService } from './explain.service.js';

const CampaignId = () => Param('campaignId', new IdPipe('Campaign'));

@ApiTags('why not called')
@Scopes('leads')
@ApiParam({ name: 'campaignId', format: 'uuid' })
@Controller('campaigns/:campaignId')
export class ExplainController {
  constructor(
    private readonly explanations: ExplainService,
    private readonly blocks: BlockedService,
  ) {}

  @Get('leads/:leadId/explain')
  @Roles('viewer')
  @ApiParam({ name: 'leadId', format: 'uuid' })
  @ApiOperation({
    summary: 'Why a lead is not called now, what that was judged by, and when it may be called',
  })
  @ApiOk(ExplanationResponse)
  @ApiErrors('CAMPAIGN_NOT_FOUND', 'LEAD_NOT_FOUND')
  async explain(
    @CampaignId() campaignId: string,
    @Param('leadId', new IdPipe('Lead')) leadId: string,
  ): Promise<Envelope<ExplanationResponse>> {
    return ok(toExplanationResponse(await this.explanations.explain(campaignId, leadId)));
  }

  @Get('blocked')
  @Roles('viewer')
  @ApiOperation({ summary: 'How many leads of a campaign are not called for which reason' })
  @ApiOk(BlockedResponse)
  @ApiErrors('VALIDATION_FAILED', 'CAMPAIGN_NOT_FOUND')
  async blocked(
    @CampaignId() campaignId: string,
    @Query() { exact = false }: BlockedQuery,
  ): Promise<Envelope<BlockedResponse>> {
    return ok(toBlockedResponse(await this.blocks.blocked(campaignId, exact)));
  }
}
