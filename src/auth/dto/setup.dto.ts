import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { Email, NewPassword, OpaqueToken } from './fields.decorators.js';

/** The first owner. */
export class SetupDto {
  @OpaqueToken('the-one-printed-at-the-first-start')
  token: string;

  @Email('owner@example.com')
  email: string;

  @NewPassword()
  password: string;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'Jane Doe', maxLength: 200 })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  name?: string | null;
}
