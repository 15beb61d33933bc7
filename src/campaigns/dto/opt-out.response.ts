import { ApiProperty } from '@nestjs/swagger';
import { DEFAULT_OPT_OUT, OPT_OUT_SCOPES, type OptOut, type OptOutScope } from '../opt-out.js';

/** The key that takes people off a campaign's list. */
export class OptOutResponse implements OptOut {
  @ApiProperty({ example: DEFAULT_OPT_OUT.digit })
  digit: string;

  @ApiProperty({ example: DEFAULT_OPT_OUT.prompt })
  prompt: string;

  @ApiProperty({ example: DEFAULT_OPT_OUT.confirmation })
  confirmation: string;

  @ApiProperty({ enum: OPT_OUT_SCOPES, example: DEFAULT_OPT_OUT.scope })
  scope: OptOutScope;
}
