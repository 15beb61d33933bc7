import { ApiProperty } from '@nestjs/swagger';
import { IsString } from 'class-validator';

/** Somebody who wants to be forgotten. */
export class ErasePersonDto {
  @ApiProperty({ example: '+12025550149', description: 'International' })
  @IsString()
  phoneNumber: string;
}

/** What was erased. */
export class ErasureResponse {
  @ApiProperty({ type: 'integer', example: 2, description: 'In all campaigns of the workspace' })
  leads: number;
}
