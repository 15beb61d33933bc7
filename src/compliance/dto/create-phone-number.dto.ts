import { ApiProperty } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { PhoneNumberFieldsDto } from './phone-number-fields.dto.js';

/** A number of the carrier account that calls are to be made from. */
export class CreatePhoneNumberDto extends PhoneNumberFieldsDto {
  @ApiProperty({ example: '+12025550199', description: 'International; it cannot be changed later' })
  @IsString()
  phoneNumber: string;
}
