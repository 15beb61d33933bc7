import { ApiProperty } from '@nestjs/swagger';

/** Which call is being ended. */
export class HangUpResponse {
  @ApiProperty({ example: '0199f0a2-7c1e-7d4c-9a55-2f6f5f0f6a01' }) callId: string;
}
