import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, ValidateIf } from 'class-validator';
import { EXPORT_FORMATS, type ExportFormat } from './export.js';

/** Absent is left out; anything else that is sent is checked, an empty value too. */
export const IfSent = () => ValidateIf((_: object, value: unknown) => value !== undefined);

/** As what an export is sent. */
export class ExportFormatQuery {
  @ApiPropertyOptional({
    enum: EXPORT_FORMATS,
    default: 'csv',
    description:
      'csv: a header and a row each, what a spreadsheet would run behind an apostrophe. jsonl: an object a line',
  })
  @IfSent()
  @IsIn(EXPORT_FORMATS)
  format?: ExportFormat;
}
