import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { notFound, ok, okPage, type Envelope, type ListEnvelope } from '../common/index.js';
import {
  ApiErrors,
  ApiExport,
  ApiOk,
  ApiPage,
  IdPipe,
  Roles,
  Scopes,
  sendExport,
} from '../common/http/index.js';
import { CALL_COLUMNS } from './call-export.js';
import { CallsRepository } from './calls.repository.js';
import { CallDetailResponse, CallResponse, toCallDetail, toCallResponse } from './dto/call.response.js';
import { ExportCallsQuery } from './dto/export-calls.query.js';
import { ListCallsQuery } from './dto/list-calls.query.js';

@ApiTags('calls')
@Scopes('calls')
@Controller()
export class CallsController {
  constructor(private readonly calls: CallsRepository) {}

  @Get('campaigns/:id/calls')
  @Roles('viewer')
  @ApiOperation({ summary: 'List the calls of a campaign, newest first' })
  @ApiPage(CallResponse)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', 'CAMPAIGN_NOT_FOUND')
  async list(
    @Param('id', new IdPipe('Campaign')) id: string,
    @Query() query: ListCallsQuery,
  ): Promise<ListEnvelope<CallResponse>> {
    const found = await this.calls.pageOf(id, query, query);
    if (!found) throw notFound('Campaign');
    return okPage({ ...found, items: found.items.map(toCallResponse) }, query);
  }

  @Get('campaigns/:id/calls/export')
  @Roles('viewer')
  @ApiOperation({ summary: 'Download the calls of a campaign, newest first' })
  @ApiExport('One row a call, streamed')
  @ApiErrors('VALIDATION_FAILED', 'CAMPAIGN_NOT_FOUND')
  async export(
    @Param('id', new IdPipe('Campaign')) id: string,
    @Query() query: ExportCallsQuery,
    @Res() response: Response,
  ): Promise<void> {
    const batches = await this.calls.batches(id, query);
    if (!batches) throw notFound('Campaign');
    const { format = 'csv' } = query;
    await sendExport(response, { name: `calls-${id}`, format, columns: CALL_COLUMNS, batches });
  }

  @Get('calls/:id')
  @Roles('viewer')
  @ApiOperation({ summary: 'Get one call with its events' })
  @ApiOk(CallDetailResponse)
  @ApiErrors('CALL_NOT_FOUND')
  async get(@Param('id', new IdPipe('Call')) id: string): Promise<Envelope<CallDetailResponse>> {
    const call = await this.calls.find(id);
    if (!call) throw notFound('Call');
    return ok(toCallDetail(call, await this.calls.eventsOf(id)));
  }
}
