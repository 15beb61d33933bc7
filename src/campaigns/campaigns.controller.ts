import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiCreated, ApiErrors, ApiOk, ApiPage, IdPipe, Roles, Scopes } from '../common/http/index.js';
import { ok, okPage, type Envelope, type ListEnvelope } from '../common/index.js';
import { Idempotent } from '../journal/index.js';
import { CallerIdChoice } from './caller-id-choice.service.js';
import { CampaignRemoval } from './campaign-removal.service.js';
import { CampaignsService } from './campaigns.service.js';
import {
  CampaignDetailResponse,
  CampaignListItemResponse,
  toCampaignDetail,
  toCampaignListItem,
} from './dto/campaign-detail.response.js';
import { CampaignStatsResponse, toCampaignStats } from './dto/campaign-stats.response.js';
import { CampaignResponse, DeletedCampaignResponse, toCampaignResponse } from './dto/campaign.response.js';
import { CreateCampaignDto } from './dto/create-campaign.dto.js';
import { ListCampaignsQuery } from './dto/list-campaigns.query.js';
import { toRecurrence } from './dto/recurrence.dto.js';
import { UpdateCampaignDto } from './dto/update-campaign.dto.js';

const ID = new IdPipe('Campaign');
const SCHEDULE_ERRORS = ['SCHEDULED_IN_PAST', 'END_IN_PAST', 'ENDS_BEFORE_START', 'RECURRENCE_NEVER_RUNS'];

@ApiTags('campaigns')
@Scopes('campaigns')
@Controller('campaigns')
export class CampaignsController {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly removal: CampaignRemoval,
    private readonly callerIds: CallerIdChoice,
  ) {}

  @Post()
  @Roles('manager')
  @Idempotent()
  @ApiOperation({ summary: 'Create a new calling campaign' })
  @ApiCreated(CampaignResponse, 'The new campaign')
  @ApiErrors('VALIDATION_FAILED', ...SCHEDULE_ERRORS)
  async create(
    @Body() { status: _, recurrence, ...fields }: CreateCampaignDto,
  ): Promise<Envelope<CampaignResponse>> {
    const created = this.campaigns.create({
      ...(await this.callerIds.resolve(fields)),
      recurrence: toRecurrence(recurrence),
    });
    const { campaign, totals } = await created;
    return ok(toCampaignResponse(campaign, totals));
  }

  @Get()
  @Roles('viewer')
  @ApiOperation({ summary: 'List campaigns, newest first' })
  @ApiPage(CampaignListItemResponse, 'One page of campaigns')
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR')
  async list(@Query() query: ListCampaignsQuery): Promise<ListEnvelope<CampaignListItemResponse>> {
    const { items, ...paged } = await this.campaigns.list(query, query.status);
    return okPage({ ...paged, items: items.map(toCampaignListItem) }, query);
  }

  @Get(':id')
  @Roles('viewer')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({ summary: 'Get a campaign with its first 50 leads and its agents' })
  @ApiOk(CampaignDetailResponse, 'The campaign')
  @ApiErrors('CAMPAIGN_NOT_FOUND')
  async get(@Param('id', ID) id: string): Promise<Envelope<CampaignDetailResponse>> {
    return ok(toCampaignDetail(await this.campaigns.detail(id)));
  }

  @Put(':id')
  @Roles('manager')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({
    summary: 'Update a campaign that is not active',
    description:
      'Absent fields stay as they are. scheduledAt and recurrence schedule a campaign that is not paused; null takes them back, and a campaign that nothing starts any more is a draft again.',
  })
  @ApiOk(CampaignResponse, 'The campaign as it is now')
  @ApiErrors(
    'VALIDATION_FAILED',
    'CAMPAIGN_ACTIVE',
    'CAMPAIGN_NOT_SCHEDULABLE',
    ...SCHEDULE_ERRORS,
    'CAMPAIGN_NOT_FOUND',
  )
  async update(
    @Param('id', ID) id: string,
    @Body() { recurrence, ...fields }: UpdateCampaignDto,
  ): Promise<Envelope<CampaignResponse>> {
    const updated = this.campaigns.update(id, {
      ...(await this.callerIds.resolve(fields)),
      recurrence: toRecurrence(recurrence),
    });
    const { campaign, totals } = await updated;
    return ok(toCampaignResponse(campaign, totals));
  }

  @Delete(':id')
  @Roles('manager')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({ summary: 'Delete a campaign that is not active, with its leads and calls' })
  @ApiOk(DeletedCampaignResponse, 'The campaign is gone')
  @ApiErrors('CAMPAIGN_ACTIVE', 'CAMPAIGN_HAS_OPEN_CALLS', 'CAMPAIGN_NOT_FOUND')
  async delete(@Param('id', ID) id: string): Promise<Envelope<DeletedCampaignResponse>> {
    await this.removal.delete(id);
    return ok({ id }, 'Campaign deleted successfully');
  }

  @Get(':id/stats')
  @Roles('viewer')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({ summary: 'Get real-time campaign statistics' })
  @ApiOk(CampaignStatsResponse, 'The numbers at this instant')
  @ApiErrors('CAMPAIGN_NOT_FOUND')
  async stats(@Param('id', ID) id: string): Promise<Envelope<CampaignStatsResponse>> {
    const { totals } = await this.campaigns.progress(id);
    return ok(toCampaignStats(totals));
  }
}
