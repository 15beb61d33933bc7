import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Clock } from '../common/index.js';
import { AppConfig } from '../config/index.js';
import { redisOptionsOf } from './redis-options.js';

const PREFIX = 'campaign-calling:hits:';
/** How long a request waits for Redis at the most, and for how long Redis is then left alone. Milliseconds. */
const PATIENCE_MS = 100;
const PAUSE_MS = 1000;

/**
 * One hit of a window that begins with its first. One script, so that of many processes none counts a hit twice, and no
 * counter is left without an end by a process that dies between two commands.
 */
const COUNT = `
  local hits = redis.call('INCR', KEYS[1])
  local left = redis.call('PTTL', KEYS[1])
  if left < 0 then
    redis.call('PEXPIRE', KEYS[1], ARGV[1])
    left = tonumber(ARGV[1])
  end
  return {hits, left}`;

/** What a window has counted. */
export interface Hits {
  count: number;
  /** Until the window is over. Milliseconds. */
  leftMs: number;
}

/** Counts what happens in Redis, for all processes together. */
@Injectable()
export class HitCounter implements OnApplicationShutdown {
  private readonly logger = new Logger('RateLimits');
  private redis?: Redis;
  private isAway = false;
  /** On the monotonic clock. */
  private askedAgainAt = 0;

  constructor(
    private readonly config: AppConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts one hit and answers how many there are in this window.
   * @param windowMs how long the window is that the first hit begins
   * @returns undefined, within 100 ms, while Redis is away: nobody is kept out because of that
   */
  async count(name: string, windowMs: number): Promise<Hits | undefined> {
    if (this.clock.monotonic() < this.askedAgainAt) return undefined;
    try {
      const [count, leftMs] = await this.ask(PREFIX + name, windowMs);
      if (this.isAway) this.logger.log('Redis is back: requests are counted again');
      this.isAway = false;
      return { count, leftMs };
    } catch (error) {
      if (!this.isAway) this.logger.warn(`Redis is away: no request is counted meanwhile (${String(error)})`);
      this.isAway = true;
      this.askedAgainAt = this.clock.monotonic() + PAUSE_MS;
      return undefined;
    }
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }

  private async ask(key: string, windowMs: number): Promise<[count: number, leftMs: number]> {
    const answer: unknown = await this.connection().eval(COUNT, 1, key, windowMs);
    if (!Array.isArray(answer) || answer.length !== 2) throw new Error('Redis gave no count');
    return [Number(answer[0]), Number(answer[1])];
  }

  /** Made with the first hit: where nothing is limited there is none. */
  private connection(): Redis {
    if (this.redis) return this.redis;
    this.redis = new Redis({
      ...redisOptionsOf(this.config.REDIS_URL ?? ''),
      commandTimeout: PATIENCE_MS,
      maxRetriesPerRequest: 0,
    });
    // Each command says what became of it.
    this.redis.on('error', () => undefined);
    return this.redis;
  }
}
