import { ApiProperty } from '@nestjs/swagger';
import type { Suppression } from '../suppression.entity.js';

/** A number that must not be called, as the API shows it. */
export class SuppressionResponse {
  @ApiProperty({ format: 'uuid', example: '01994c1e-7a3b-7c52-9a3e-2f4b8d1c6e70' }) id: string;
  @ApiProperty({ example: '+12025550142', description: 'E.164' }) phoneNumber: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'null: for every campaign' })
  campaignId: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'Asked not to be called' }) reason: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'national registry' }) source: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'null: it holds for good' })
  expiresAt: Date | null;
  @ApiProperty({ format: 'date-time' }) createdAt: Date;
  @ApiProperty({ format: 'date-time' }) updatedAt: Date;
}

export function toSuppressionResponse(entry: Suppression): SuppressionResponse {
  const { id, phoneNumber, campaignId, reason, source, expiresAt, createdAt, updatedAt } = entry;
  return { id, phoneNumber, campaignId, reason, source, expiresAt, createdAt, updatedAt };
}

/** What came of a list or a file. */
class AddedSuppressions {
  @ApiProperty({ type: 'integer', example: 2, description: 'Numbers that were not suppressed so before' })
  added: number;
  @ApiProperty({ type: 'integer', example: 2, description: 'Numbers in the request' }) total: number;
  @ApiProperty({
    type: 'integer',
    example: 0,
    description: 'Numbers that had their entry already, or came twice',
  })
  known: number;
}

/** An entry of a list that is no number. */
export class RefusedNumberResponse {
  @ApiProperty({ type: 'integer', example: 3, description: 'Place in the list, from 0' }) index: number;
  @ApiProperty({ example: '+1415 is too short' }) error: string;
}

export class BulkSuppressionsResponse extends AddedSuppressions {
  @ApiProperty({ type: [RefusedNumberResponse], example: [], description: 'Left out; the first 100' })
  errors: RefusedNumberResponse[];
}

/** A row of a file that names no number. */
export class RefusedNumberRowResponse {
  @ApiProperty({ type: 'integer', example: 12, description: 'Line of the file, from 1' }) line: number;
  @ApiProperty({ example: 'Phone number is required' }) error: string;
}

export class UploadSuppressionsResponse extends AddedSuppressions {
  @ApiProperty({ type: [RefusedNumberRowResponse], example: [], description: 'Left out; the first 100' })
  errors: RefusedNumberRowResponse[];
}
