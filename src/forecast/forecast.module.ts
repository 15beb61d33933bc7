import { Module, type DynamicModule } from '@nestjs/common';
import { CampaignsModule } from '../campaigns/index.js';
import { PreflightController } from './preflight/preflight.controller.js';
import { PreflightRepository } from './preflight/preflight.repository.js';
import { PreflightService } from './preflight/preflight.service.js';

/** What a campaign will do before it rings anybody. */
@Module({})
export class ForecastModule {
  /** @param dialer the one DialerModule of the app, whose rules judge the leads */
  static forRoot(dialer: DynamicModule): DynamicModule {
    return {
      module: ForecastModule,
      imports: [CampaignsModule, dialer],
      controllers: [PreflightController],
      providers: [PreflightRepository, PreflightService],
    };
  }
}
