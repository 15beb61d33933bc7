import { ApiProperty } from '@nestjs/swagger';
import { ROLES, type Role } from '../../common/index.js';
import type { ApiKey } from '../keys/api-key.entity.js';
import type { FreshKey } from '../keys/api-keys.service.js';

const instant = { type: String, format: 'date-time', nullable: true } as const;

/** An API key as owners see it: never the key itself. */
export class ApiKeyResponse {
  @ApiProperty({ format: 'uuid', example: '01994c1e-7a3b-7c52-9a3e-2f4b8d1c6e70' })
  id: string;

  @ApiProperty({ example: 'CRM import' })
  name: string;

  @ApiProperty({ description: 'Its beginning, to tell keys apart', example: 'ck_live_0123456789ab' })
  prefix: string;

  @ApiProperty({ enum: ROLES })
  role: Role;

  @ApiProperty({ type: [String], nullable: true, example: ['leads:write'] })
  scopes: string[] | null;

  @ApiProperty({ description: 'The name of who made it', example: 'owner@example.com' })
  createdBy: string;

  @ApiProperty(instant)
  expiresAt: Date | null;

  @ApiProperty(instant)
  revokedAt: Date | null;

  @ApiProperty({ ...instant, description: 'To the minute' })
  lastUsedAt: Date | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The key that a rotation made' })
  replacedBy: string | null;

  @ApiProperty({ format: 'date-time', example: '2025-10-07T20:00:00.000Z' })
  createdAt: Date;
}

/** A key that was just made. */
export class FreshApiKeyResponse extends ApiKeyResponse {
  @ApiProperty({ description: 'The key. It is never shown again' })
  key: string;
}

export function toApiKeyResponse(key: ApiKey): ApiKeyResponse {
  const { id, name, prefix, role, scopes, createdBy } = key;
  const { expiresAt, revokedAt, lastUsedAt, replacedBy, createdAt } = key;
  return {
    id,
    name,
    prefix,
    role,
    scopes,
    createdBy,
    expiresAt,
    revokedAt,
    lastUsedAt,
    replacedBy,
    createdAt,
  };
}

export function toFreshApiKeyResponse({ key, text }: FreshKey): FreshApiKeyResponse {
  return { ...toApiKeyResponse(key), key: text };
}
