import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ok, type Envelope } from '../../common/index.js';
import { ApiErrors, ApiOk, ChangesNothing, IdPipe, Roles, Scopes } from '../../common/http/index.js';
import { PreflightDto } from './dto/preflight.dto.js';
import { PreflightResponse } from './dto/preflight.response.js';
import { PreflightService } from './preflight.service.js';

/** What a campaign would do. */
@ApiTags('campaigns')
@Scopes('campaigns')
@Controller('campaigns/:id/preflight')
export class PreflightController {
  constructor(private readonly preflights: PreflightService) {}

  @Post()
  @Roles('viewer')
  @ChangesNothing()
  @HttpCode(200)
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({
    summary:
      'Who would be called when, what is missing, when it would be finished and what it would cost; changes nothing',
  })
  @ApiBody({ type: PreflightDto, required: false })
  @ApiOk(PreflightResponse, 'What the campaign would do')
  @ApiErrors('VALIDATION_FAILED', 'CAMPAIGN_NOT_FOUND', 'TOO_MANY_PREFLIGHTS')
  async preflight(
    @Param('id', new IdPipe('Campaign')) id: string,
    @Body() wishes: PreflightDto = {},
  ): Promise<Envelope<PreflightResponse>> {
    return ok(await this.preflights.preflight(id, wishes));
  }
}
