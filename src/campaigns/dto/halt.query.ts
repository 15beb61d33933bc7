import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean } from 'class-validator';

function flag({ value }: { value: unknown }): unknown {
  if (value === 'true') return true;
  return value === 'false' ? false : value;
}

export class HaltQuery {
  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'Also end the calls in progress; without it they end by themselves',
  })
  @Transform(flag)
  @IsBoolean({ message: 'hangup must be true or false' })
  hangup = false;
}
