import { BullModule } from '@nestjs/bull';
import { Global, Module } from '@nestjs/common';
import { AppConfig } from '../config/index.js';
import { HitCounter } from './hit-counter.js';
import { redisOptionsOf } from './redis-options.js';

/**
 * How long a job stays with a worker that gives no sign of life; Bull's own 30 s would keep a dead worker's queued calls
 * waiting. A worker that was only slow loses the job, not the call: the guard in Postgres decides who places it.
 */
const LOCK_MS = 5000;

/**
 * Where jobs wait, and requests are counted. `maxStalledCount: 0`: a job whose worker died is never run again by Bull;
 * reconcile looks at the call first. `retryProcessDelay`: how soon a worker asks again after Redis was away (Bull's own 5 s
 * is too long).
 */
@Global()
@Module({
  imports: [
    BullModule.forRootAsync({
      inject: [AppConfig],
      useFactory: (config: AppConfig) => ({
        prefix: 'campaign-calling',
        redis: redisOptionsOf(config.REDIS_URL ?? ''),
        settings: {
          maxStalledCount: 0,
          lockDuration: LOCK_MS,
          stalledInterval: LOCK_MS / 2,
          retryProcessDelay: 500,
          guardInterval: 2000,
        },
        defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
      }),
    }),
  ],
  providers: [HitCounter],
  exports: [BullModule, HitCounter],
})
export class QueueModule {}
