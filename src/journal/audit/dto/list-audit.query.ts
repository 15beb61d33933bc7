import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsUUID, Matches, MaxLength } from 'class-validator';
import { IfSent, IsInstant, PageQueryDto } from '../../../common/http/index.js';

/** Characters. */
const LONGEST = 100;
const WORD = /^[a-z][a-z0-9_]*$/;
const ACTION = /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/;
const ID = /^[\w.:@-]+$/;

/** Query of the audit log. */
export class ListAuditQuery extends PageQueryDto(50) {
  @ApiPropertyOptional({ maxLength: LONGEST, pattern: WORD.source, example: 'campaign' })
  @IfSent()
  @Matches(WORD, { message: 'entity must be a word like campaign or phone_number' })
  @MaxLength(LONGEST)
  entity?: string;

  @ApiPropertyOptional({ maxLength: LONGEST, pattern: ID.source, description: 'What was changed' })
  @IfSent()
  @Matches(ID, { message: 'entityId must be an id' })
  @MaxLength(LONGEST)
  entityId?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The campaign, and its leads and calls' })
  @IfSent()
  @IsUUID()
  campaignId?: string;

  @ApiPropertyOptional({ maxLength: LONGEST, pattern: ACTION.source, example: 'campaign.started' })
  @IfSent()
  @Matches(ACTION, { message: 'action must be two words like campaign.started' })
  @MaxLength(LONGEST)
  action?: string;

  @ApiPropertyOptional({
    maxLength: LONGEST,
    pattern: ID.source,
    description: 'The id of a user or an API key, or a kind of actor: user, api_key, open, system',
  })
  @IfSent()
  @Matches(ID, { message: 'actor must be an id or a kind of actor' })
  @MaxLength(LONGEST)
  actor?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'From then on' })
  @IfSent()
  @IsInstant()
  since?: Date;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Before then' })
  @IfSent()
  @IsInstant()
  until?: Date;
}
