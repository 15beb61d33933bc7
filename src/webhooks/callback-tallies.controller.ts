import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ok, type Envelope } from '../common/index.js';
import { ApiOk, Roles, Scopes } from '../common/http/index.js';
import { CallbackTallies } from './callback-tallies.js';
import { CallbackTotalsResponse } from './dto/callback-totals.response.js';

@ApiTags('calls')
@Scopes('calls')
@Controller('callbacks')
export class CallbackTalliesController {
  constructor(private readonly tallies: CallbackTallies) {}

  @Get('stats')
  @Roles('viewer')
  @ApiOperation({ summary: 'Count the carrier callbacks by what became of them' })
  @ApiOk(CallbackTotalsResponse)
  async stats(): Promise<Envelope<CallbackTotalsResponse>> {
    return ok(await this.tallies.totals());
  }
}
