import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiCreated, ApiErrors, ApiOk, ApiPage, IdPipe, Roles, Scopes } from '../common/http/index.js';
import { ok, okPage, type Envelope, type ListEnvelope } from '../common/index.js';
import { Idempotent } from '../journal/index.js';
import { AgentsService } from './agents.service.js';
import { AgentResponse, DeletedAgentResponse, toAgentResponse } from './dto/agent.response.js';
import { CreateAgentDto } from './dto/create-agent.dto.js';
import { ListAgentsQuery } from './dto/list-agents.query.js';
import { UpdateAgentDto } from './dto/update-agent.dto.js';

const AGENT_ID = new IdPipe('Agent');

@ApiTags('agents')
@Scopes('agents')
@Controller('agents')
export class AgentsController {
  constructor(private readonly agents: AgentsService) {}

  @Post()
  @Roles('manager')
  @Idempotent()
  @ApiOperation({ summary: 'Create a new AI agent' })
  @ApiCreated(AgentResponse, 'The new agent')
  @ApiErrors('VALIDATION_FAILED')
  async create(@Body() body: CreateAgentDto): Promise<Envelope<AgentResponse>> {
    const { agent, activeCalls } = await this.agents.create(body);
    return ok(toAgentResponse(agent, activeCalls));
  }

  @Get()
  @Roles('viewer')
  @ApiOperation({ summary: 'List agents, newest first' })
  @ApiPage(AgentResponse, 'One page of agents')
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR')
  async list(@Query() query: ListAgentsQuery): Promise<ListEnvelope<AgentResponse>> {
    const { items, ...paged } = await this.agents.list(query, query.isActive);
    const shown = items.map(({ agent, activeCalls }) => toAgentResponse(agent, activeCalls));
    return okPage({ ...paged, items: shown }, query);
  }

  @Get(':id')
  @Roles('viewer')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({ summary: 'Get an agent, with its live load' })
  @ApiOk(AgentResponse, 'The agent')
  @ApiErrors('AGENT_NOT_FOUND')
  async get(@Param('id', AGENT_ID) id: string): Promise<Envelope<AgentResponse>> {
    const { agent, activeCalls } = await this.agents.get(id);
    return ok(toAgentResponse(agent, activeCalls));
  }

  @Put(':id')
  @Roles('manager')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({ summary: 'Update an agent; absent fields stay as they are' })
  @ApiOk(AgentResponse, 'The agent as it is now')
  @ApiErrors('VALIDATION_FAILED', 'AGENT_NOT_FOUND')
  async update(
    @Param('id', AGENT_ID) id: string,
    @Body() body: UpdateAgentDto,
  ): Promise<Envelope<AgentResponse>> {
    const { agent, activeCalls } = await this.agents.update(id, body);
    return ok(toAgentResponse(agent, activeCalls));
  }

  @Delete(':id')
  @Roles('manager')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({ summary: 'Delete an agent that is not assigned to an active campaign' })
  @ApiOk(DeletedAgentResponse, 'The agent is gone, and so are its assignments')
  @ApiErrors('AGENT_IN_USE', 'AGENT_HAS_OPEN_CALLS', 'AGENT_NOT_FOUND')
  async delete(@Param('id', AGENT_ID) id: string): Promise<Envelope<DeletedAgentResponse>> {
    await this.agents.delete(id);
    return ok({ id }, 'Agent deleted successfully');
  }
}
