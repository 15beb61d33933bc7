import { Body, Controller, Delete, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiCreated, ApiErrors, ApiOk, ApiPage, IdPipe, Roles, Scopes } from '../common/http/index.js';
import { ok, okPage, type Envelope, type ListEnvelope } from '../common/index.js';
import { Idempotent } from '../journal/index.js';
import { CampaignAgentsService } from './campaign-agents.service.js';
import { AssignAgentDto } from './dto/assign-agent.dto.js';
import {
  CampaignAgentResponse,
  RemovedCampaignAgentResponse,
  toCampaignAgentResponse,
} from './dto/campaign-agent.response.js';
import { ListCampaignAgentsQuery } from './dto/list-campaign-agents.query.js';

const ID = new IdPipe('Campaign');

/** The agents of a campaign; they may change while it is active. */
@ApiTags('campaigns')
@Scopes('campaigns')
@ApiParam({ name: 'id', format: 'uuid' })
@Controller('campaigns/:id/agents')
export class CampaignAgentsController {
  constructor(private readonly assignments: CampaignAgentsService) {}

  @Post()
  @Roles('manager')
  @Idempotent()
  @ApiOperation({
    summary: 'Assign an agent to a campaign',
    description:
      'Answers 201 for a new assignment. For an agent already assigned it changes isPrimary, if given, and answers 200. A new primary agent takes the place of the old one.',
  })
  @ApiCreated(CampaignAgentResponse, 'The new assignment')
  @ApiOk(CampaignAgentResponse, 'The agent was assigned already')
  @ApiErrors('VALIDATION_FAILED', 'CAMPAIGN_NOT_FOUND', 'AGENT_NOT_FOUND')
  async assign(
    @Param('id', ID) id: string,
    @Body() { agentId, isPrimary }: AssignAgentDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Envelope<CampaignAgentResponse>> {
    const { isNew, assignment } = await this.assignments.assign(id, agentId, isPrimary);
    response.status(isNew ? 201 : 200);
    return ok(toCampaignAgentResponse(assignment));
  }

  @Get()
  @Roles('viewer')
  @ApiOperation({ summary: "List a campaign's agents, the primary one first" })
  @ApiPage(CampaignAgentResponse, 'One page of assignments')
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', 'CAMPAIGN_NOT_FOUND')
  async list(
    @Param('id', ID) id: string,
    @Query() query: ListCampaignAgentsQuery,
  ): Promise<ListEnvelope<CampaignAgentResponse>> {
    const { items, ...paged } = await this.assignments.list(id, query);
    return okPage({ ...paged, items: items.map(toCampaignAgentResponse) }, query);
  }

  @Delete(':agentId')
  @Roles('manager')
  @ApiParam({ name: 'agentId', format: 'uuid' })
  @ApiOperation({ summary: 'Take an agent off a campaign' })
  @ApiOk(RemovedCampaignAgentResponse, 'The agent works for the campaign no more')
  @ApiErrors('CAMPAIGN_NOT_FOUND', 'CAMPAIGN_AGENT_NOT_FOUND')
  async remove(
    @Param('id', ID) id: string,
    @Param('agentId', new IdPipe('Campaign agent')) agentId: string,
  ): Promise<Envelope<RemovedCampaignAgentResponse>> {
    await this.assignments.remove(id, agentId);
    return ok({ campaignId: id, agentId }, 'Agent removed from campaign successfully');
  }
}
