import { Readable } from 'node:stream';
import {
  Body,
  Controller,
  Delete,
  Get,
  Param,
  Post,
  Query,
  StreamableFile,
  Req,
  UseInterceptors,
} from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import { ok, okPage, type Envelope, type ListEnvelope, keepScope } from '../common/index.js';
import {
  ApiCreated,
  ApiErrors,
  ApiOk,
  ApiPage,
  IdPipe,
  LimitedAs,
  Roles,
  Scopes,
} from '../common/http/index.js';
import { FileUploadInterceptor, receivedFile, type FileRequest } from '../imports/index.js';
import { Idempotent } from '../journal/index.js';
import { BulkSuppressionsDto } from './dto/bulk-suppressions.dto.js';
import { CreateSuppressionDto } from './dto/create-suppression.dto.js';
import { FilterSuppressionsQuery, ListSuppressionsQuery } from './dto/list-suppressions.query.js';
import { SuppressionFieldsDto } from './dto/suppression-fields.dto.js';
import {
  BulkSuppressionsResponse,
  SuppressionResponse,
  toSuppressionResponse,
  UploadSuppressionsResponse,
} from './dto/suppression.responses.js';
import { UploadSuppressionsForm } from './dto/upload-suppressions.dto.js';
import { SuppressionExport } from './suppression-export.js';
import { SuppressionImport } from './suppression-import.service.js';
import { SuppressionsService } from './suppressions.service.js';

const SUPPRESSION_ID = new IdPipe('Suppression');

@ApiTags('suppressions')
@Scopes('suppressions')
@Controller('suppressions')
export class SuppressionsController {
  constructor(
    private readonly suppressions: SuppressionsService,
    private readonly imports: SuppressionImport,
    private readonly exports: SuppressionExport,
  ) {}

  @Post()
  @Roles('operator')
  @Idempotent()
  @ApiOperation({ summary: 'Suppress a number; no call to it begins after the answer' })
  @ApiCreated(SuppressionResponse)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_PHONE_NUMBER', 'CAMPAIGN_NOT_FOUND')
  async add(@Body() body: CreateSuppressionDto): Promise<Envelope<SuppressionResponse>> {
    return ok(toSuppressionResponse(await this.suppressions.add(body.phoneNumber, body)));
  }

  @Post('bulk')
  @Roles('operator')
  @Idempotent()
  @ApiOperation({
    summary: 'Suppress up to 100,000 numbers at once; no call to them begins after the answer',
  })
  @ApiCreated(BulkSuppressionsResponse)
  @ApiErrors('VALIDATION_FAILED', 'CAMPAIGN_NOT_FOUND', 'BODY_TOO_LARGE')
  async addMany(@Body() body: BulkSuppressionsDto): Promise<Envelope<BulkSuppressionsResponse>> {
    return ok(await this.suppressions.addMany(body.phoneNumbers, body));
  }

  @Post('upload')
  @Roles('operator')
  @Idempotent()
  @LimitedAs('upload')
  @UseInterceptors(FileUploadInterceptor)
  @ApiOperation({ summary: 'Suppress the numbers of a CSV file of up to 1,000,000 rows and 100 MB' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ type: UploadSuppressionsForm })
  @ApiCreated(UploadSuppressionsResponse)
  @ApiErrors(
    'FILE_REQUIRED',
    'FILE_EMPTY',
    'FILE_NOT_TEXT',
    'FILE_NOT_UTF8',
    'CSV_NO_PHONE_COLUMN',
    'CSV_TOO_MANY_COLUMNS',
    'CSV_NO_ROWS',
  )
  @ApiErrors('CSV_TOO_MANY_ROWS', 'CAMPAIGN_NOT_FOUND', 'FILE_TOO_LARGE', 'WRONG_CONTENT_TYPE')
  async upload(
    @Req() request: FileRequest,
    @Query() fields: SuppressionFieldsDto,
  ): Promise<Envelope<UploadSuppressionsResponse>> {
    return ok(await this.imports.importFile(receivedFile(request), fields));
  }

  @Get()
  @Roles('viewer')
  @ApiOperation({ summary: 'List suppressions, newest first, or find a number' })
  @ApiPage(SuppressionResponse)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR')
  async list(@Query() query: ListSuppressionsQuery): Promise<ListEnvelope<SuppressionResponse>> {
    const { items, ...paged } = await this.suppressions.list(query, query);
    return okPage({ ...paged, items: items.map(toSuppressionResponse) }, query);
  }

  @Get('export')
  @Roles('viewer')
  @ApiOperation({ summary: 'Suppressions as a CSV file, oldest first' })
  @ApiProduces('text/csv')
  @ApiOkResponse({ description: 'The file', schema: { type: 'string' } })
  @ApiErrors('VALIDATION_FAILED')
  export(@Query() query: FilterSuppressionsQuery): StreamableFile {
    return new StreamableFile(Readable.from(keepScope(this.exports.csv(query))), {
      type: 'text/csv; charset=utf-8',
      disposition: 'attachment; filename="suppressions.csv"',
    });
  }

  @Get(':id')
  @Roles('viewer')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({ summary: 'Get a suppression' })
  @ApiOk(SuppressionResponse)
  @ApiErrors('SUPPRESSION_NOT_FOUND')
  async get(@Param('id', SUPPRESSION_ID) id: string): Promise<Envelope<SuppressionResponse>> {
    return ok(toSuppressionResponse(await this.suppressions.get(id)));
  }

  @Delete(':id')
  @Roles('manager')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({ summary: 'Take a suppression back; leads that failed because of it stay so' })
  @ApiOk(null)
  @ApiErrors('SUPPRESSION_NOT_FOUND')
  async delete(@Param('id', SUPPRESSION_ID) id: string): Promise<{ success: true; message: string }> {
    await this.suppressions.delete(id);
    return { success: true, message: 'Suppression deleted successfully' };
  }
}
