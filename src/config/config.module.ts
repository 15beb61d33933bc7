import { Module, type DynamicModule } from '@nestjs/common';
import {
  CHECKPOINTS,
  Checkpoints,
  Clock,
  DeadlyCheckpoint,
  NoCheckpoints,
  SystemClock,
} from '../common/index.js';
import { AppConfig } from './app-config.js';

/** `FAULT_POINT=<checkpoint>:<nth>`; anywhere else checkpoints do nothing. */
export function checkpointsOf(config: AppConfig): Checkpoints {
  const [name, nth] = (config.FAULT_POINT ?? '').split(':');
  const checkpoint = CHECKPOINTS.find((known) => known === name);
  return checkpoint === undefined ? new NoCheckpoints() : new DeadlyCheckpoint(checkpoint, Number(nth));
}

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
        { provide: Checkpoints, useValue: checkpointsOf(config) },
      ],
      exports: [AppConfig, Checkpoints, Clock],
    };
  }
}
