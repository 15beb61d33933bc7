import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { notFound, ok, okPage, type Envelope, type ListEnvelope } from '../common/index.js';
import { ApiErrors, ApiOk, ApiPage, IdPipe } from '../common/http/index.js';
import { CallsRepository } from './calls.repository.js';
import { CallDetailResponse, CallResponse, toCallDetail, toCallResponse } from './dto/call.response.js';
import { ListCallsQuery } from './dto/list-calls.query.js';

@ApiTags('calls')
@Controller()
export class CallsController {
  constructor(private readonly calls: CallsRepository) {}

  @Get('campaigns/:id/calls')
  @ApiOperation({ summary: 'List the calls of a campaign, newest first' })
  @ApiPage(CallResponse)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', 'CAMPAIGN_NOT_FOUND')
  async list(
    @Param('id', new IdPipe('Campaign')) id: string,
    @Query() query: ListCallsQuery,
  ): Promise<ListEnvelope<CallResponse>> {
    const { status, outcome, leadId } = query;
    const found = await this.calls.pageOf(id, { status, outcome, leadId }, query);
    if (!found) throw notFound('Campaign');
    return okPage({ ...found, items: found.items.map(toCallResponse) }, query);
  }

  @Get('calls/:id')
  @ApiOperation({ summary: 'Get one call with its events' })
  @ApiOk(CallDetailResponse)
  @ApiErrors('CALL_NOT_FOUND')
  async get(@Param('id', new IdPipe('Call')) id: string): Promise<Envelope<CallDetailResponse>> {
    const call = await this.calls.find(id);
    if (!call) throw notFound('Call');
    return ok(toCallDetail(call, await this.calls.eventsOf(id)));
  }
}
