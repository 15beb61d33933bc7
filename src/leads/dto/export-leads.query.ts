import { ApiPropertyOptional, IntersectionType, OmitType } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { ExportFormatQuery, IfSent } from '../../common/http/index.js';
import { COLUMN_SETS, type ColumnSet } from '../lead-export.js';
import { ListLeadsQuery } from './list-leads.query.js';

const PAGING = ['page', 'limit', 'cursor'] as const;

/** Query of an export: what a list can be asked for, all of it at once. */
export class ExportLeadsQuery extends IntersectionType(OmitType(ListLeadsQuery, PAGING), ExportFormatQuery) {
  @ApiPropertyOptional({
    enum: COLUMN_SETS,
    default: 'all',
    description: 'import: only what an import reads, so that the file makes the same leads again',
  })
  @IfSent()
  @IsIn(COLUMN_SETS)
  columns?: ColumnSet;
}
