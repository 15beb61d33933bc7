import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsString, Max, MaxLength, Min, MinLength, ValidateIf } from 'class-validator';
import { MAX_CURSOR } from '../cursor.js';
import type { Page } from '../pagination.js';

/** Keeps `(page - 1) * limit` far inside a bigint. */
const MAX_PAGE = 1_000_000_000;
const MAX_LIMIT = 200;

/** Query parameters are text: digits become a number, anything else stays and fails its check. */
function digits({ value }: { value: unknown }): unknown {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
}

/**
 * The base class of a list's query: `page` (from 1, default 1) or `cursor`, and `limit` (1 to 200).
 * @example class ListLeadsQueryDto extends PageQueryDto(50) { @IsOptional() @IsIn(…) status?: LeadStatus }
 */
export function PageQueryDto(defaultLimit: number): new () => Page {
  class PageQuery implements Page {
    @ApiPropertyOptional({ type: 'integer', minimum: 1, default: 1, description: 'Page number' })
    @Transform(digits)
    @IsInt()
    @Min(1)
    @Max(MAX_PAGE)
    page = 1;

    @ApiPropertyOptional({
      type: 'integer',
      minimum: 1,
      maximum: MAX_LIMIT,
      default: defaultLimit,
      description: 'Items per page',
    })
    @Transform(digits)
    @IsInt()
    @Min(1)
    @Max(MAX_LIMIT)
    limit = defaultLimit;

    @ApiPropertyOptional({
      type: 'string',
      format: 'cursor',
      maxLength: MAX_CURSOR,
      description: 'nextCursor of the page before: costs the same at any depth, and page is then ignored',
    })
    @ValidateIf((_: object, value: unknown) => value !== undefined)
    @IsString()
    @MinLength(1)
    @MaxLength(MAX_CURSOR)
    cursor?: string;
  }
  return PageQuery;
}
