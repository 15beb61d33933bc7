import { ApiProperty } from '@nestjs/swagger';
import { IMPORT_STATUSES, type ImportStatus, type LeadImport } from '../lead-import.entity.js';

/** Until its rows are stored, a file that is read whole is not done. */
const READ_PERCENT = 99;

/** A file of leads on its way in, or through. */
export class LeadImportResponse {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ format: 'uuid' }) campaignId: string;
  @ApiProperty({ enum: IMPORT_STATUSES }) status: ImportStatus;
  @ApiProperty({ type: String, nullable: true, example: 'leads.csv' }) fileName: string | null;
  @ApiProperty({ type: 'integer', example: 73_400_320 }) bytes: number;
  @ApiProperty({ type: 'integer', example: 800_000, description: 'Rows read so far' }) rowsRead: number;
  @ApiProperty({ type: 'integer', example: 0, description: 'New leads: all at once, at the end' })
  stored: number;
  @ApiProperty({ type: 'integer', example: 12, description: 'Rows that cannot be leads' }) refused: number;
  @ApiProperty({ type: 'integer', example: 0, description: 'Known at the end' }) duplicates: number;
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, example: 80 }) percent: number;
  @ApiProperty({ type: 'integer', example: 52_000, description: 'Rows a second since it began' })
  rate: number;
  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it failed, as a code' })
  errorCode: string | null;
  @ApiProperty({ type: String, nullable: true, example: null }) error: string | null;
  @ApiProperty({ format: 'date-time' }) createdAt: Date;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) startedAt: Date | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) finishedAt: Date | null;
}

export function toImportResponse(row: LeadImport): LeadImportResponse {
  const { id, campaignId, status, fileName, rowsRead, stored, refused, duplicates } = row;
  const { createdAt, startedAt, finishedAt } = row;
  return {
    ...{ id, campaignId, status, fileName, bytes: Number(row.bytes) },
    ...{ rowsRead, stored, refused, duplicates, percent: percentOf(row), rate: rateOf(row) },
    ...{ errorCode: row.errorCode, error: row.errorMessage, createdAt, startedAt, finishedAt },
  };
}

function percentOf({ status, bytes, bytesRead }: LeadImport): number {
  if (status === 'completed') return 100;
  return Math.min(READ_PERCENT, Math.floor((100 * Number(bytesRead)) / Math.max(1, Number(bytes))));
}

/** Up to the end, or to the last sign of life: both are the database's clock. */
function rateOf({ rowsRead, startedAt, finishedAt, heardAt }: LeadImport): number {
  if (!startedAt) return 0;
  const ms = (finishedAt ?? heardAt).getTime() - startedAt.getTime();
  return ms > 0 ? Math.round((1000 * rowsRead) / ms) : 0;
}
