import { IntersectionType, OmitType } from '@nestjs/swagger';
import { ExportFormatQuery } from '../../../common/http/index.js';
import { ListAuditQuery } from './list-audit.query.js';

const PAGING = ['page', 'limit', 'cursor'] as const;

/** Query of an export: what the list can be asked for, all of it at once. */
export class ExportAuditQuery extends IntersectionType(OmitType(ListAuditQuery, PAGING), ExportFormatQuery) {}
