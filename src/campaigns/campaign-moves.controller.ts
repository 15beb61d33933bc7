import { Controller, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiErrors, ApiOk, IdPipe, LimitedAs, Roles, Scopes } from '../common/http/index.js';
import { ok, type Envelope } from '../common/index.js';
import { Idempotent } from '../journal/index.js';
import { CampaignLifecycleService } from './campaign-lifecycle.service.js';
import { CampaignsService } from './campaigns.service.js';
import { CampaignMoveResponse, toCampaignMove } from './dto/campaign-move.response.js';
import { HaltQuery } from './dto/halt.query.js';

const ID = new IdPipe('Campaign');
type Answer = Promise<Envelope<CampaignMoveResponse>>;

/** Start, stop, pause, resume. */
@ApiTags('campaigns')
@Scopes('campaigns')
@Controller('campaigns/:id')
export class CampaignMovesController {
  constructor(
    private readonly lifecycle: CampaignLifecycleService,
    private readonly campaigns: CampaignsService,
  ) {}

  @Post('start')
  @Roles('operator')
  @Idempotent()
  @LimitedAs('start')
  @HttpCode(200)
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({ summary: 'Start a campaign: its pending leads are called' })
  @ApiOk(CampaignMoveResponse, 'The campaign is active')
  @ApiErrors(
    'CAMPAIGN_ACTIVE',
    'CAMPAIGN_PAUSED',
    'END_AT_PASSED',
    'NO_PENDING_LEADS',
    'NO_ACTIVE_AGENT',
    'CAMPAIGN_NOT_FOUND',
  )
  async start(@Param('id', ID) id: string): Answer {
    await this.lifecycle.start(id);
    return this.answer(id, 'Campaign started successfully');
  }

  @Post('stop')
  @Roles('operator')
  @Idempotent()
  @HttpCode(200)
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({ summary: 'Stop a running campaign, and its recurrence: nothing more of it is dialled' })
  @ApiOk(CampaignMoveResponse, 'The campaign is stopped')
  @ApiErrors('VALIDATION_FAILED', 'CAMPAIGN_NOT_RUNNING', 'CAMPAIGN_NOT_FOUND', 503)
  async stop(@Param('id', ID) id: string, @Query() { hangup }: HaltQuery): Answer {
    await this.lifecycle.stop(id, { hangup });
    return this.answer(id, 'Campaign stopped successfully');
  }

  @Post('pause')
  @Roles('operator')
  @Idempotent()
  @HttpCode(200)
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({ summary: 'Pause an active campaign; resume goes on where it was' })
  @ApiOk(CampaignMoveResponse, 'The campaign is paused')
  @ApiErrors('VALIDATION_FAILED', 'CAMPAIGN_NOT_ACTIVE', 'CAMPAIGN_NOT_FOUND', 503)
  async pause(@Param('id', ID) id: string, @Query() { hangup }: HaltQuery): Answer {
    await this.lifecycle.pause(id, { hangup });
    return this.answer(id, 'Campaign paused successfully');
  }

  @Post('resume')
  @Roles('operator')
  @Idempotent()
  @LimitedAs('start')
  @HttpCode(200)
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOperation({ summary: 'Resume a paused campaign' })
  @ApiOk(CampaignMoveResponse, 'The campaign is active')
  @ApiErrors('CAMPAIGN_NOT_PAUSED', 'END_AT_PASSED', 'NO_ACTIVE_AGENT', 'CAMPAIGN_NOT_FOUND')
  async resume(@Param('id', ID) id: string): Answer {
    await this.lifecycle.resume(id);
    return this.answer(id, 'Campaign resumed successfully');
  }

  private async answer(id: string, message: string): Answer {
    return ok(toCampaignMove(await this.campaigns.progress(id)), message);
  }
}
