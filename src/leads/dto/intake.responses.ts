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

/** How many leads were deleted. */
export class DeletedLeadsResponse {
  @ApiProperty({ type: 'integer', example: 150 }) deleted: number;
}
