import { Body, Controller, Delete, Get, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ok, okPage, type Envelope, type ListEnvelope } from '../common/index.js';
import {
  ApiCreated,
  ApiErrors,
  ApiExport,
  ApiOk,
  ApiPage,
  IdPipe,
  Roles,
  Scopes,
  sendExport,
} from '../common/http/index.js';
import { Idempotent } from '../journal/index.js';
import { BulkLeadsDto } from './dto/bulk-leads.dto.js';
import { DeleteLeadQuery } from './dto/delete-lead.query.js';
import { CreateLeadDto } from './dto/create-lead.dto.js';
import { ExportLeadsQuery } from './dto/export-leads.query.js';
import { BulkLeadsResponse, DeletedLeadsResponse } from './dto/intake.responses.js';
import { LeadDetailResponse, toLeadDetail } from './dto/lead-detail.response.js';
import { LeadResponse, toLeadResponse } from './dto/lead.response.js';
import { ListLeadsQuery } from './dto/list-leads.query.js';
import { UpdateLeadDto } from './dto/update-lead.dto.js';
import { LeadErasure } from './erasure/erasure.service.js';
import { LEAD_COLUMNS } from './lead-export.js';
import { LeadIntake } from './lead-intake.service.js';
import { LeadRemoval } from './lead-removal.service.js';
import { LeadsService } from './leads.service.js';

const CampaignId = () => Param('campaignId', new IdPipe('Campaign'));
const LeadId = () => Param('leadId', new IdPipe('Lead'));

@ApiTags('leads')
@Scopes('leads')
@Controller('campaigns/:campaignId/leads')
export class LeadsController {
  constructor(
    private readonly leads: LeadsService,
    private readonly intake: LeadIntake,
    private readonly removal: LeadRemoval,
    private readonly erasure: LeadErasure,
  ) {}

  @Post()
  @Roles('operator')
  @Idempotent()
  @ApiOperation({ summary: 'Add a single lead' })
  @ApiCreated(LeadResponse)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_PHONE_NUMBER', 'DUPLICATE_LEAD', 'CAMPAIGN_NOT_FOUND')
  async add(@CampaignId() campaignId: string, @Body() body: CreateLeadDto): Promise<Envelope<LeadResponse>> {
    return ok(toLeadResponse(await this.intake.add(campaignId, body)));
  }

  @Post('bulk')
  @Roles('operator')
  @Idempotent()
  @ApiOperation({ summary: 'Add up to 100,000 leads at once' })
  @ApiCreated(BulkLeadsResponse)
  @ApiErrors('VALIDATION_FAILED', 'CAMPAIGN_NOT_FOUND', 'BODY_TOO_LARGE')
  async addMany(
    @CampaignId() campaignId: string,
    @Body() body: BulkLeadsDto,
  ): Promise<Envelope<BulkLeadsResponse>> {
    return ok(await this.intake.addMany(campaignId, body.leads));
  }

  @Get()
  @Roles('viewer')
  @ApiOperation({ summary: 'List the leads of a campaign, oldest first' })
  @ApiPage(LeadResponse)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', 'CAMPAIGN_NOT_FOUND')
  async list(
    @CampaignId() campaignId: string,
    @Query() query: ListLeadsQuery,
  ): Promise<ListEnvelope<LeadResponse>> {
    const { items, ...paged } = await this.leads.list(campaignId, query, query);
    return okPage({ ...paged, items: items.map(toLeadResponse) }, query);
  }

  @Get('export')
  @Roles('viewer')
  @ApiOperation({ summary: 'Download the leads of a campaign with what came of them' })
  @ApiExport('One row a lead, streamed')
  @ApiErrors('VALIDATION_FAILED', 'CAMPAIGN_NOT_FOUND')
  async export(
    @CampaignId() campaignId: string,
    @Query() query: ExportLeadsQuery,
    @Res() response: Response,
  ): Promise<void> {
    const { format = 'csv', columns = 'all' } = query;
    const batches = await this.leads.batches(campaignId, query);
    const name = `leads-${campaignId}`;
    await sendExport(response, { name, format, columns: LEAD_COLUMNS[columns], batches });
  }

  @Get(':leadId')
  @Roles('viewer')
  @ApiOperation({ summary: 'Get a lead with its call history' })
  @ApiOk(LeadDetailResponse)
  @ApiErrors('CAMPAIGN_NOT_FOUND', 'LEAD_NOT_FOUND')
  async get(@CampaignId() campaignId: string, @LeadId() id: string): Promise<Envelope<LeadDetailResponse>> {
    return ok(toLeadDetail(await this.leads.get(campaignId, id)));
  }

  @Put(':leadId')
  @Roles('operator')
  @ApiOperation({ summary: 'Update a lead' })
  @ApiOk(LeadResponse)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_PHONE_NUMBER', 'DUPLICATE_LEAD', 'LEAD_NOT_PENDING')
  @ApiErrors('CAMPAIGN_NOT_FOUND', 'LEAD_NOT_FOUND')
  async update(
    @CampaignId() campaignId: string,
    @LeadId() id: string,
    @Body() body: UpdateLeadDto,
  ): Promise<Envelope<LeadResponse>> {
    return ok(toLeadResponse(await this.leads.update(campaignId, id, body)));
  }

  @Delete(':leadId')
  @Roles('manager')
  @ApiOperation({ summary: 'Delete a lead that is in no call, or erase the person' })
  @ApiOk(null)
  @ApiErrors(
    'VALIDATION_FAILED',
    'LEAD_IN_CALL',
    'IMPORT_IN_PROGRESS',
    'CAMPAIGN_NOT_FOUND',
    'LEAD_NOT_FOUND',
  )
  async delete(
    @CampaignId() campaignId: string,
    @LeadId() id: string,
    @Query() { erase }: DeleteLeadQuery,
  ): Promise<Message> {
    if (erase) {
      const { lead } = await this.leads.get(campaignId, id);
      const { leads } = await this.erasure.erase(lead.phoneNumber, id);
      return { success: true, message: `Person erased from ${leads} ${leads === 1 ? 'lead' : 'leads'}` };
    }
    await this.leads.delete(campaignId, id);
    return { success: true, message: 'Lead deleted successfully' };
  }

  @Delete()
  @Roles('manager')
  @ApiOperation({ summary: 'Delete all leads of a campaign that is not active' })
  @ApiOk(DeletedLeadsResponse)
  @ApiErrors('CAMPAIGN_ACTIVE', 'CAMPAIGN_HAS_OPEN_CALLS', 'CAMPAIGN_NOT_FOUND')
  async deleteAll(@CampaignId() campaignId: string): Promise<Envelope<DeletedLeadsResponse>> {
    const deleted = await this.removal.deleteAll(campaignId);
    return ok({ deleted }, `${deleted} leads deleted successfully`);
  }
}

interface Message {
  success: true;
  message: string;
}
