import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** One wrong field of the input. */
export class FieldErrorResponse {
  @ApiProperty({ description: 'Path of the field in the request', example: 'leads.3.phoneNumber' })
  field: string;

  @ApiProperty({ example: 'phoneNumber must be a string' })
  message: string;
}

/** The envelope of every refusal and failure. */
export class ErrorResponse {
  @ApiProperty({ enum: [false] })
  success: false;

  @ApiProperty({ description: 'What is wrong, in a few words', example: 'Campaign not found' })
  error: string;

  @ApiProperty({ description: 'What is wrong, or what to do about it', example: 'Campaign not found' })
  details: string;

  @ApiProperty({ description: 'Stable, for programs', example: 'CAMPAIGN_NOT_FOUND' })
  code: string;

  @ApiPropertyOptional({ type: [FieldErrorResponse], description: 'The wrong fields of the input' })
  errors?: FieldErrorResponse[];
}
