import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { IfSent } from '../../common/http/index.js';
import { DEFAULT_OPT_OUT, OPT_OUT_SCOPES, type OptOut, type OptOutScope } from '../opt-out.js';

const DIGITS = Array.from('0123456789*#');
const MAX_TEXT = 500;

const trimmed = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' ? value.trim() : value;

/** Offers a key in each call of the campaign: whoever presses it is not called again. */
export class OptOutDto implements Partial<OptOut> {
  @ApiPropertyOptional({ enum: DIGITS, default: DEFAULT_OPT_OUT.digit, description: 'The key to press' })
  @IfSent()
  @IsIn(DIGITS)
  digit?: string;

  @ApiPropertyOptional({
    default: DEFAULT_OPT_OUT.prompt,
    minLength: 1,
    maxLength: MAX_TEXT,
    description: 'Said after the greeting, or where the greeting has {{optOut}}; {{digit}} is the key',
  })
  @IfSent()
  @Transform(trimmed)
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_TEXT)
  prompt?: string;

  @ApiPropertyOptional({
    default: DEFAULT_OPT_OUT.confirmation,
    maxLength: MAX_TEXT,
    description: 'Said when the key was pressed, before the call is ended; empty: nothing',
  })
  @IfSent()
  @Transform(trimmed)
  @IsString()
  @MaxLength(MAX_TEXT)
  confirmation?: string;

  @ApiPropertyOptional({
    enum: OPT_OUT_SCOPES,
    default: DEFAULT_OPT_OUT.scope,
    description: 'all: the number is not called again by any campaign; campaign: not by this one',
  })
  @IfSent()
  @IsIn(OPT_OUT_SCOPES)
  scope?: OptOutScope;
}
