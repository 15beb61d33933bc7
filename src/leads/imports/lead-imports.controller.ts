import { Readable } from 'node:stream';
import {
  Controller,
  Get,
  HttpCode,
  Param,
  Post,
  Query,
  Req,
  StreamableFile,
  UseInterceptors,
} from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { keepScope, ok, okPage, type Envelope, type ListEnvelope } from '../../common/index.js';
import {
  ApiAccepted,
  ApiCreated,
  ApiErrors,
  ApiOk,
  ApiPage,
  IdPipe,
  LimitedAs,
  PageQueryDto,
  Roles,
  Scopes,
} from '../../common/http/index.js';
import { FileUploadInterceptor, receivedFile, type FileRequest } from '../../imports/index.js';
import { Idempotent } from '../../journal/index.js';
import { LeadImportResponse, toImportResponse } from './dto/lead-import.response.js';
import { UploadLeadsForm, UploadQuery } from './dto/upload.dto.js';
import { toUploadResponse, UploadLeadsResponse } from './dto/upload.response.js';
import { LeadImportsService } from './lead-imports.service.js';
import { LeadUpload } from './lead-upload.service.js';

const CampaignId = () => Param('campaignId', new IdPipe('Campaign'));
const ImportId = () => Param('importId', new IdPipe('Import'));
const FILE_ERRORS = ['FILE_REQUIRED', 'FILE_EMPTY', 'FILE_NOT_TEXT', 'FILE_NOT_UTF8', 'CSV_LINE_TOO_LONG'];
const CSV_ERRORS = [
  'CSV_NO_PHONE_COLUMN',
  'CSV_NO_ROWS',
  'CSV_TOO_MANY_COLUMNS',
  'FILE_TOO_LARGE',
  'WRONG_CONTENT_TYPE',
];

class ImportsQuery extends PageQueryDto(20) {}

@ApiTags('leads')
@Scopes('leads')
@Controller('campaigns/:campaignId/leads')
export class LeadImportsController {
  constructor(
    private readonly uploads: LeadUpload,
    private readonly imports: LeadImportsService,
  ) {}

  @Post('upload')
  @Roles('operator')
  @Idempotent()
  @LimitedAs('upload')
  @UseInterceptors(FileUploadInterceptor)
  @ApiOperation({ summary: 'Upload leads from a CSV file: all of its good rows are in when this answers' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ type: UploadLeadsForm })
  @ApiCreated(UploadLeadsResponse)
  @ApiErrors(...FILE_ERRORS, ...CSV_ERRORS, 'CAMPAIGN_NOT_FOUND')
  async upload(
    @CampaignId() campaignId: string,
    @Query() { dryRun }: UploadQuery,
    @Req() request: FileRequest,
  ): Promise<Envelope<UploadLeadsResponse>> {
    const file = receivedFile(request);
    const { importId, result } = dryRun
      ? await this.uploads.rehearse(campaignId, file)
      : await this.uploads.import(campaignId, file);
    return ok(toUploadResponse(result, importId));
  }

  @Post('imports')
  @Roles('operator')
  @HttpCode(202)
  @Idempotent()
  @LimitedAs('upload')
  @UseInterceptors(FileUploadInterceptor)
  @ApiOperation({ summary: 'Have a worker import a CSV file: answers as soon as the file is stored' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ type: UploadLeadsForm })
  @ApiAccepted(LeadImportResponse)
  @ApiErrors(...FILE_ERRORS, ...CSV_ERRORS, 'CAMPAIGN_NOT_FOUND')
  async enqueue(
    @CampaignId() campaignId: string,
    @Req() request: FileRequest,
  ): Promise<Envelope<LeadImportResponse>> {
    return ok(toImportResponse(await this.imports.enqueue(campaignId, receivedFile(request))));
  }

  @Get('imports')
  @Roles('viewer')
  @ApiOperation({ summary: 'List the imports of a campaign, newest first' })
  @ApiPage(LeadImportResponse)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', 'CAMPAIGN_NOT_FOUND')
  async list(
    @CampaignId() campaignId: string,
    @Query() query: ImportsQuery,
  ): Promise<ListEnvelope<LeadImportResponse>> {
    const { items, ...paged } = await this.imports.list(campaignId, query);
    return okPage({ ...paged, items: items.map(toImportResponse) }, query);
  }

  @Get('imports/:importId')
  @Roles('viewer')
  @ApiOperation({ summary: 'Get the progress of an import' })
  @ApiOk(LeadImportResponse)
  @ApiErrors('CAMPAIGN_NOT_FOUND', 'IMPORT_NOT_FOUND')
  async get(@CampaignId() campaignId: string, @ImportId() id: string): Promise<Envelope<LeadImportResponse>> {
    return ok(toImportResponse(await this.imports.get(campaignId, id)));
  }

  @Get('imports/:importId/refused')
  @Roles('viewer')
  @ApiOperation({
    summary: 'Download every refused row, with its line and the reason, to correct and send again',
  })
  @ApiProduces('text/csv')
  @ApiResponse({ status: 200, description: 'CSV', content: { 'text/csv': { schema: { type: 'string' } } } })
  @ApiErrors('CAMPAIGN_NOT_FOUND', 'IMPORT_NOT_FOUND')
  async refused(@CampaignId() campaignId: string, @ImportId() id: string): Promise<StreamableFile> {
    const csv = Readable.from(keepScope(await this.imports.refused(campaignId, id)), { objectMode: false });
    const disposition = `attachment; filename="refused-${id}.csv"`;
    return new StreamableFile(csv, { type: 'text/csv; charset=utf-8', disposition });
  }
}
