import { ApiProperty } from '@nestjs/swagger';

/** An entry of a bulk list that is no lead. */
export class RefusedLeadResponse {
  @ApiProperty({ type: 'integer', example: 3, description: 'Place in the list, from 0' }) index: number;
  @ApiProperty({ example: '+1415 is too short' }) error: string;
}

/** What came of a bulk list. */
export class BulkLeadsResponse {
  @ApiProperty({ type: 'integer', example: 2 }) created: number;
  @ApiProperty({ type: 'integer', example: 2, description: 'Leads in the request' }) total: number;
  @ApiProperty({
    type: 'integer',
    example: 0,
    description: 'Left out: the number is in the campaign already',
  })
  duplicates: number;
  @ApiProperty({ type: [RefusedLeadResponse], example: [], description: 'Left out; the first 100' })
  errors: RefusedLeadResponse[];
}

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
  @ApiProperty({ type: 'integer', example: 150 }) uploaded: number;
  @ApiProperty({ type: 'integer', example: 152, description: 'Rows in the file' }) total: number;
  @ApiProperty({
    type: 'integer',
    example: 1,
    description: 'Left out: the number is in the campaign already',
  })
  duplicates: number;
  @ApiProperty({ type: [RefusedRowResponse], description: 'Left out; the first 100' })
  errors: RefusedRowResponse[];
}

/** How many leads were deleted. */
export class DeletedLeadsResponse {
  @ApiProperty({ type: 'integer', example: 150 }) deleted: number;
}
