import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, ValidateIf } from 'class-validator';
import { PageQueryDto } from '../../common/http/index.js';

function flag({ value }: { value: unknown }): unknown {
  if (value === 'true') return true;
  return value === 'false' ? false : value;
}

export class ListPhoneNumbersQuery extends PageQueryDto(50) {
  @ApiPropertyOptional({ type: Boolean, description: 'Only active, or only inactive numbers', example: true })
  @ValidateIf((_: object, value: unknown) => value !== undefined)
  @Transform(flag)
  @IsBoolean({ message: 'isActive must be true or false' })
  isActive?: boolean;
}
