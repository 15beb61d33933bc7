import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';
import { IfSent } from '../../common/http/index.js';
import { Email, KnownPassword } from './fields.decorators.js';

export class LoginDto {
  @Email('owner@example.com')
  email: string;

  @KnownPassword()
  password: string;

  @ApiPropertyOptional({
    format: 'uuid',
    description: 'Needed only where users of several workspaces have this address and this password',
  })
  @IfSent()
  @IsUUID()
  workspaceId?: string;
}
