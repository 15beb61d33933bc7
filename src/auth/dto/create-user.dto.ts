import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { ROLES, type Role } from '../../common/index.js';
import { Email, NewPassword } from './fields.decorators.js';

/** Somebody who may log in. */
export class CreateUserDto {
  @Email('operator@example.com')
  email: string;

  @NewPassword()
  password: string;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'Jane Doe', maxLength: 200 })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  name?: string | null;

  @ApiProperty({ enum: ROLES, example: 'operator' })
  @IsIn(ROLES)
  role: Role;
}
