import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { ThrottlerModule } from '@nestjs/throttler';
import { AgentsModule } from './agents/index.js';
import { HealthController, rateLimit, RateLimitGuard } from './app/index.js';
import { AccessGuard, AuthModule } from './auth/index.js';
import { CallsModule } from './calls/index.js';
import { CampaignsModule } from './campaigns/index.js';
import { ComplianceModule } from './compliance/index.js';
import { ConfigModule, type AppConfig } from './config/index.js';
import { DatabaseModule } from './database/index.js';
import { DialerModule } from './dialer/index.js';
import { ForecastModule } from './forecast/index.js';
import { ImportWorkerModule, LeadsModule } from './leads/index.js';
import { JournalSurfaceModule } from './journal/index.js';
import { LiveModule } from './live/index.js';
import { HitCounter, QueueModule } from './queue/index.js';
import { TelephonyModule } from './telephony/index.js';
import { WebhooksModule } from './webhooks/index.js';

const ROOMS = [
  DatabaseModule,
  QueueModule,
  AuthModule,
  TelephonyModule,
  AgentsModule,
  ComplianceModule,
  CampaignsModule,
  CallsModule,
  LeadsModule,
];

/** Every room, put together. Ticks run, and imports are done, only where calls are placed. */
@Module({})
export class AppModule {
  static forRoot(config: AppConfig): DynamicModule {
    const { isWorker } = config;
    const dialer = DialerModule.forRoot(config);
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        ScheduleModule.forRoot({ cronJobs: isWorker, intervals: isWorker, timeouts: isWorker }),
        ThrottlerModule.forRootAsync({
          inject: [HitCounter],
          useFactory: (counter: HitCounter) => rateLimit(config, counter),
        }),
        ...ROOMS,
        ...(isWorker ? [ImportWorkerModule] : []),
        dialer,
        WebhooksModule.forRoot(dialer),
        ForecastModule.forRoot(dialer),
        LiveModule.forRoot(config),
        JournalSurfaceModule,
      ],
      controllers: [HealthController],
      providers: [
        { provide: APP_GUARD, useClass: RateLimitGuard },
        { provide: APP_GUARD, useExisting: AccessGuard },
      ],
    };
  }
}
