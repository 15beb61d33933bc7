import { ApiProperty } from '@nestjs/swagger';
import type { Actor } from '../../../common/index.js';
import type { AuditRow } from '../audit.repository.js';

const ID = '0199f0a2-7c1e-7d4c-9a55-2f6f5f0f6a01';
const KINDS: Actor['kind'][] = ['user', 'api_key', 'open', 'system'];
const FIELDS = { type: 'object', additionalProperties: true, nullable: true } as const;

/** Who did it. */
export class AuditActorResponse {
  @ApiProperty({ enum: KINDS, description: 'open: anybody, while no keys are asked for' })
  kind: Actor['kind'];
  @ApiProperty({ type: String, nullable: true, example: null }) id: string | null;
  @ApiProperty({ example: 'anybody' }) name: string;
}

/** One change. */
export class AuditEntryResponse {
  @ApiProperty({ example: ID }) id: string;
  @ApiProperty({ example: '2025-10-07T20:00:00.000Z' }) at: Date;
  @ApiProperty({ type: AuditActorResponse }) actor: AuditActorResponse;
  @ApiProperty({ example: 'campaign.started' }) action: string;
  @ApiProperty({ example: 'campaign' }) entity: string;
  @ApiProperty({ type: String, nullable: true, example: ID, description: 'null: many at once' })
  entityId: string | null;
  @ApiProperty({ type: String, nullable: true, example: ID }) campaignId: string | null;
  @ApiProperty({ ...FIELDS, example: { status: 'draft' }, description: 'The changed fields, as they were' })
  before: object | null;
  @ApiProperty({ ...FIELDS, example: { status: 'active' }, description: 'The changed fields, as they are' })
  after: object | null;
  @ApiProperty({ ...FIELDS, example: null, description: 'Counts and causes' }) details: object | null;
  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7' }) address: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'X-Request-Id of the request' })
  requestId: string | null;
}

export function toAuditEntryResponse(row: AuditRow): AuditEntryResponse {
  const { actorKind, actorId, actorName, ...entry } = row;
  return { ...entry, actor: { kind: actorKind, id: actorId, name: actorName } };
}
