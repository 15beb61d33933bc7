import { Module, type DynamicModule } from '@nestjs/common';
import { Clock, SystemClock } from '../common/index.js';
import { AppConfig } from './app-config.js';

/** Gives every room the settings and the clock. */
@Module({})
export class ConfigModule {
  static forRoot(config: AppConfig): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [
        { provide: AppConfig, useValue: config },
        { provide: Clock, useClass: SystemClock },
      ],
      exports: [AppConfig, Clock],
    };
  }
}
