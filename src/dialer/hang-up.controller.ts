import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ok, type Envelope } from '../common/index.js';
import { ApiErrors, ApiOk, IdPipe, Roles, Scopes } from '../common/http/index.js';
import { Idempotent } from '../journal/index.js';
import { HangUpResponse } from './dto/hang-up.response.js';
import { HangUpService } from './hang-up.service.js';

@ApiTags('calls')
@Scopes('calls')
@Controller('calls')
export class HangUpController {
  constructor(private readonly hangUps: HangUpService) {}

  @Post(':id/hangup')
  @Roles('operator')
  @Idempotent()
  @HttpCode(200)
  @ApiOperation({ summary: 'End a call in progress' })
  @ApiOk(HangUpResponse)
  @ApiErrors('CALL_NOT_FOUND', 'CALL_ENDED', 'CALL_NOT_PLACED')
  async hangUp(@Param('id', new IdPipe('Call')) id: string): Promise<Envelope<HangUpResponse>> {
    await this.hangUps.hangUp(id);
    return ok({ callId: id }, 'The carrier was asked to end the call');
  }
}
