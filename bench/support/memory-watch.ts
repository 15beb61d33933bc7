import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { CarrierLedger } from './carrier-ledger.js';
import type { House } from './house.js';
import { residentMb } from './proc.js';

const LOOK_EVERY_MS = 500;

export interface MemorySample {
  /** Calls placed so far. */
  calls: number;
  /** The largest of the workers. */
  workerMb: number;
  apiMb: number;
  /** Redis's `used_memory`. */
  redisMb: number;
}

/** Looks at the memory of a house, all the while until so many calls were placed. MB are 10^6 bytes. */
export async function watchMemory(
  house: House,
  ledger: CarrierLedger,
  calls: number,
  signal: AbortSignal,
): Promise<MemorySample[]> {
  const redis = new Redis(house.redisUrl, { lazyConnect: true, maxRetriesPerRequest: 3 });
  redis.on('error', () => undefined);
  const samples: MemorySample[] = [];
  try {
    do {
      samples.push(await sample(house, ledger, redis));
      await sleep(LOOK_EVERY_MS, undefined, { signal });
    } while ((samples.at(-1)?.calls ?? 0) < calls);
    return samples;
  } finally {
    redis.disconnect();
  }
}

async function sample({ pids }: House, ledger: CarrierLedger, redis: Redis): Promise<MemorySample> {
  const workers = await Promise.all(pids.workers.map((pid) => residentMb(pid)));
  const used = /^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1];
  return {
    calls: await ledger.placed(),
    workerMb: Math.max(...workers),
    apiMb: await residentMb(pids.api),
    redisMb: Number(used) / 1e6,
  };
}
