import { ApiProperty } from '@nestjs/swagger';
import type { ImportResult } from '../lead-importer.service.js';

/** A row of a CSV file that is no lead. */
export class RefusedRowResponse {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { phoneNumber: '', name: 'John' },
  })
  row: Record<string, string>;
  @ApiProperty({ type: 'integer', example: 12, description: 'Line of the file, from 1' }) line: number;
  @ApiProperty({ example: 'Phone number is required' }) error: string;
}

/** What came of a CSV file. */
export class UploadLeadsResponse {
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'By which all refused rows can be downloaded; none after a dry run',
  })
  importId: string | null;
  @ApiProperty({ type: 'integer', example: 150 }) uploaded: number;
  @ApiProperty({ type: 'integer', example: 152, description: 'Rows in the file' }) total: number;
  @ApiProperty({
    type: 'integer',
    example: 1,
    description: 'Left out: the number is in the campaign already',
  })
  duplicates: number;
  @ApiProperty({ type: 'integer', example: 1, description: 'Left out: the row cannot be a lead' })
  refused: number;
  @ApiProperty({ example: 'utf-8', enum: ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] })
  encoding: string;
  @ApiProperty({ example: ',' }) delimiter: string;
  @ApiProperty({ type: [RefusedRowResponse], description: 'The first 100 refused rows' })
  errors: RefusedRowResponse[];
}

/** @param importId null after a dry run */
export function toUploadResponse(result: ImportResult, importId: string | null): UploadLeadsResponse {
  const { stored, total, duplicates, refused, encoding, delimiter, errors } = result;
  return { importId, uploaded: stored, total, duplicates, refused, encoding, delimiter, errors };
}
