import { ApiProperty } from '@nestjs/swagger';
import { ROLES, type Actor, type Role } from '../../common/index.js';
import type { Identity } from '../access/identity.js';

/** Who asks. */
export class MeResponse {
  @ApiProperty({ enum: ['user', 'api_key', 'open'] })
  kind: Actor['kind'];

  @ApiProperty({
    type: String,
    nullable: true,
    description: "Of the user or the key; an outside issuer's `sub`; null in open mode",
  })
  id: string | null;

  @ApiProperty({ example: 'owner@example.com' })
  name: string;

  @ApiProperty({ enum: ROLES })
  role: Role;

  @ApiProperty({ format: 'uuid' })
  workspaceId: string;

  @ApiProperty({
    type: [String],
    nullable: true,
    description: 'What the key is limited to; null: whatever the role may',
  })
  scopes: string[] | null;
}

export function toMeResponse({ actor: { kind, id, name }, role, workspaceId, scopes }: Identity): MeResponse {
  return { kind, id, name, role, workspaceId, scopes: scopes && [...scopes] };
}
