import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Clock } from '../common/index.js';
import { Public } from '../common/http/index.js';
import { HealthResponse } from './health.response.js';

/** Whether the API is running. Asks nothing of Postgres or Redis. */
@ApiTags('health')
@Controller()
export class HealthController {
  constructor(private readonly clock: Clock) {}

  @Get('api/v1/health')
  @Public()
  @ApiOperation({ summary: 'Check if the API is running' })
  @ApiOkResponse({ type: HealthResponse })
  check(): HealthResponse {
    return {
      success: true,
      message: 'Campaign Calling API is running',
      timestamp: this.clock.now().toISOString(),
    };
  }

  @Get('health')
  @Public()
  @ApiOperation({ summary: 'The same at the root, for load balancers' })
  @ApiOkResponse({ type: HealthResponse })
  checkAtRoot(): HealthResponse {
    return this.check();
  }
}
