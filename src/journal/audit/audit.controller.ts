import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { okPage, type ListEnvelope } from '../../common/index.js';
import { ApiErrors, ApiExport, ApiPage, Roles, sendExport } from '../../common/http/index.js';
import { AUDIT_COLUMNS } from './audit-export.js';
import { AuditRepository } from './audit.repository.js';
import { AuditEntryResponse, toAuditEntryResponse } from './dto/audit-entry.response.js';
import { ExportAuditQuery } from './dto/export-audit.query.js';
import { ListAuditQuery } from './dto/list-audit.query.js';

/** Who changed what. For owners. */
@ApiTags('audit')
@Controller('audit')
export class AuditController {
  constructor(private readonly entries: AuditRepository) {}

  @Get()
  @Roles('owner')
  @ApiOperation({ summary: 'List changes, newest first: who, what, before and after, from where' })
  @ApiPage(AuditEntryResponse)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR')
  async list(@Query() query: ListAuditQuery): Promise<ListEnvelope<AuditEntryResponse>> {
    const { items, ...paged } = await this.entries.page(query, query);
    return okPage({ ...paged, items: items.map(toAuditEntryResponse) }, query);
  }

  @Get('export')
  @Roles('owner')
  @ApiOperation({ summary: 'Download changes, newest first' })
  @ApiExport('One row a change, streamed')
  @ApiErrors('VALIDATION_FAILED')
  async export(@Query() query: ExportAuditQuery, @Res() response: Response): Promise<void> {
    const { format = 'csv', ...filter } = query;
    const batches = this.entries.batches(filter);
    await sendExport(response, { name: 'audit', format, columns: AUDIT_COLUMNS, batches });
  }
}
