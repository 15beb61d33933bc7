import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean } from 'class-validator';

function flag({ value }: { value: unknown }): unknown {
  if (value === 'true') return true;
  return value === 'false' ? false : value;
}

export class DeleteLeadQuery {
  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description:
      'Erase the person: the phone number and what is known of it, in all campaigns, calls, events and imports. Counts stay',
  })
  @Transform(flag)
  @IsBoolean({ message: 'erase must be true or false' })
  erase = false;
}
