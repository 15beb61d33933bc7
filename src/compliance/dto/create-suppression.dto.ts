import { ApiProperty } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { SuppressionFieldsDto } from './suppression-fields.dto.js';

/** A number that must not be called. */
export class CreateSuppressionDto extends SuppressionFieldsDto {
  @ApiProperty({ example: '+12025550142', description: 'International, or national if a country is known' })
  @IsString()
  phoneNumber: string;
}
