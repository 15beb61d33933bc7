import { ApiProperty } from '@nestjs/swagger';

export class HealthResponse {
  @ApiProperty({ enum: [true] })
  success: true;

  @ApiProperty({ example: 'Campaign Calling API is running' })
  message: string;

  /** UTC, ISO 8601. */
  @ApiProperty({ example: '2025-10-07T20:00:00.000Z' })
  timestamp: string;
}
