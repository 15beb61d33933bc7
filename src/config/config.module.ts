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
import { SecretBox } from './secret-box.js';

/** `FAULT_POINT=<checkpoint>:<nth>`; anywhere else checkpoints do nothing. */
export function checkpointsOf(config: AppConfig): Checkpoints {
  const [name, nth] = (config.FAULT_POINT ?? '').split(':');
  const checkpoint = CHECKPOINTS.find((known) => known === name);
  return checkpoint === undefined ? new NoCheckpoints() : new DeadlyCheckpoint(checkpoint, Number(nth));
}

/** Gives every room the settings, the clock, and what keeps secrets. */
@Module({})
export class ConfigModule {
  static forRoot(config: AppConfig): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [
        { provide: AppConfig, useValue: config },
        { provide: Clock, useClass: SystemClock },
        { provide: SecretBox, useValue: new SecretBox(config) },
        { provide: Checkpoints, useValue: checkpointsOf(config) },
      ],
      exports: [AppConfig, Checkpoints, Clock, SecretBox],
    };
  }
}
