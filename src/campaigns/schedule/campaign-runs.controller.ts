import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiErrors, ApiPage, IdPipe, Roles, Scopes } from '../../common/http/index.js';
import { okPage, type ListEnvelope } from '../../common/index.js';
import { CampaignRunResponse, toCampaignRun } from '../dto/campaign-run.response.js';
import { ListCampaignRunsQuery } from '../dto/list-campaign-runs.query.js';
import { CampaignRuns } from './campaign-runs.service.js';

/** What became of each start of a campaign. */
@ApiTags('campaigns')
@Scopes('campaigns')
@ApiParam({ name: 'id', format: 'uuid' })
@Controller('campaigns/:id/runs')
export class CampaignRunsController {
  constructor(private readonly runs: CampaignRuns) {}

  @Get()
  @Roles('viewer')
  @ApiOperation({ summary: "List a campaign's runs, newest first: when each was due, and how it ended" })
  @ApiPage(CampaignRunResponse, 'One page of runs')
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', 'CAMPAIGN_NOT_FOUND')
  async list(
    @Param('id', new IdPipe('Campaign')) id: string,
    @Query() query: ListCampaignRunsQuery,
  ): Promise<ListEnvelope<CampaignRunResponse>> {
    const { items, ...paged } = await this.runs.list(id, query);
    return okPage({ ...paged, items: items.map(toCampaignRun) }, query);
  }
}
