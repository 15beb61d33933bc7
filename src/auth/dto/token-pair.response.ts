import { ApiProperty } from '@nestjs/swagger';
import type { TokenPair } from '../sessions/sessions.service.js';

/** What a login gets (the names of RFC 6749, in our spelling). */
export class TokenPairResponse {
  @ApiProperty({ description: 'For Authorization: Bearer' })
  accessToken: string;

  @ApiProperty({ description: 'Good for one POST /auth/refresh, which answers another' })
  refreshToken: string;

  @ApiProperty({ enum: ['Bearer'] })
  tokenType: 'Bearer';

  @ApiProperty({ type: 'integer', description: 'Seconds the access token lasts', example: 900 })
  expiresIn: number;
}

export function toTokenPairResponse({ accessToken, refreshToken, expiresIn }: TokenPair): TokenPairResponse {
  return { accessToken, refreshToken, tokenType: 'Bearer', expiresIn };
}
