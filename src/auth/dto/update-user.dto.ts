import { ApiPropertyOptional, OmitType, PartialType } from '@nestjs/swagger';
import { IsBoolean, ValidateIf } from 'class-validator';
import { CreateUserDto } from './create-user.dto.js';

/** What changes of a user: absent fields stay. An e-mail address does not change. */
export class UpdateUserDto extends PartialType(OmitType(CreateUserDto, ['email'] as const), {
  skipNullProperties: false,
}) {
  @ApiPropertyOptional({ type: Boolean, description: 'false shuts the user out at once', example: true })
  @ValidateIf((_: object, value: unknown) => value !== undefined)
  @IsBoolean()
  isActive?: boolean;
}
