import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsString } from 'class-validator';
import { SuppressionFieldsDto } from './suppression-fields.dto.js';

const MAX_NUMBERS = 100_000;

/** Numbers that must not be called. */
export class BulkSuppressionsDto extends SuppressionFieldsDto {
  @ApiProperty({
    type: [String],
    minItems: 1,
    maxItems: MAX_NUMBERS,
    example: ['+12025550142', '+12025550143'],
  })
  @IsString({ each: true })
  @ArrayMaxSize(MAX_NUMBERS)
  @ArrayNotEmpty()
  @IsArray()
  phoneNumbers: string[];
}
