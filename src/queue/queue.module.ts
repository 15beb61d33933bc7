import { BullModule } from '@nestjs/bull';
import { Global, Module } from '@nestjs/common';
import { Redis } from 'ioredis';
import { AppConfig } from '../config/index.js';

const ONE_SECOND = 1000;

/**
 * Where jobs wait. `maxStalledCount: 0`: a job whose worker died is never run again by Bull; reconcile looks at the
 * call first. `retryProcessDelay`: how soon a worker asks again after Redis was away (Bull's own 5 s is too long).
 */
@Global()
@Module({
  imports: [
    BullModule.forRootAsync({
      inject: [AppConfig],
      useFactory: (config: AppConfig) => ({
        prefix: 'campaign-calling',
        createClient: (type: string) => connect(config.REDIS_URL ?? '', type),
        settings: {
          maxStalledCount: 0,
          stalledInterval: 10 * ONE_SECOND,
          retryProcessDelay: 500,
          guardInterval: 2 * ONE_SECOND,
        },
        defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
      }),
    }),
  ],
  exports: [BullModule],
})
export class QueueModule {}

/**
 * Bull wants three kinds of connections. The blocking ones wait as long as it takes; commands of the plain one fail
 * after two tries, so that a request never hangs while Redis is away.
 */
function connect(url: string, type: string): Redis {
  const isPlain = type === 'client';
  return new Redis(url, {
    enableReadyCheck: isPlain,
    maxRetriesPerRequest: isPlain ? 2 : null,
    retryStrategy: (tries) => Math.min(tries * 50, 500),
  });
}
