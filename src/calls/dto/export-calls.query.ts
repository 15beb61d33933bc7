import { IntersectionType, OmitType } from '@nestjs/swagger';
import { ExportFormatQuery } from '../../common/http/index.js';
import { ListCallsQuery } from './list-calls.query.js';

const PAGING = ['page', 'limit', 'cursor'] as const;

/** Query of an export: what a list can be asked for, all of it at once. */
export class ExportCallsQuery extends IntersectionType(OmitType(ListCallsQuery, PAGING), ExportFormatQuery) {}
