import { Redis } from 'ioredis';
import { inject } from 'vitest';

/** `databases` of the tests' Redis (see `startRedis`), less number 0, which counts the takers. */
const DATABASES = 511;

export interface TestRedis {
  /** Names a database of the test's own. Channels of publish and subscribe are shared by all databases: add `prefix`. */
  url: string;
  prefix: string;
  /** Empties it, as a lost Redis would be. */
  flush(): Promise<void>;
  /** Empties it and lets go. */
  close(): Promise<void>;
}

/** An empty Redis database that no other test of this run uses. */
export async function createTestRedis(): Promise<TestRedis> {
  const taken = await using(inject('redisUrl'), (redis) => redis.incr('test-databases'));
  const url = `${inject('redisUrl')}/${1 + (taken % DATABASES)}`;
  const flush = async () => {
    await using(url, (redis) => redis.flushdb());
  };
  await flush();
  return { url, prefix: `test-${taken}`, flush, close: flush };
}

async function using<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1 });
  try {
    await redis.connect();
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
