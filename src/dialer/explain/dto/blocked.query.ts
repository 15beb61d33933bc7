import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean } from 'class-validator';
import { IfSent } from '../../../common/http/index.js';

function flag({ value }: { value: unknown }): unknown {
  if (value === 'true') return true;
  return value === 'false' ? false : value;
}

export class BlockedQuery {
  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'Counts to the end, however many leads there are: a second or so for a million',
  })
  @IfSent()
  @Transform(flag)
  @IsBoolean({ message: 'exact must be true or false' })
  exact?: boolean;
}
