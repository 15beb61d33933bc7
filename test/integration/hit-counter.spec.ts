import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Controller, Get, Module, type INestApplication } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import type { NextFunction, Request, Response } from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { rateLimit, RateLimitGuard } from '../../src/app/index.js';
import { newId, runInScope, SystemClock } from '../../src/common/index.js';
import { loadConfig } from '../../src/config/index.js';
import { HitCounter } from '../../src/queue/index.js';
import { createTestRedis } from '../support/redis.js';

const MINUTE = 60_000;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function counterOn(url: string): HitCounter {
  const counter = new HitCounter(loadConfig({ REDIS_URL: url }), new SystemClock());
  ends.push(() => counter.onApplicationShutdown());
  return counter;
}

/** Takes connections and says nothing. */
async function startSilence(): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('counting in Redis', () => {
  it('should count for all processes, each hit once, until the window is over', async () => {
    const { url } = await createTestRedis();
    const counters = [counterOn(url), counterOn(url)];
    const hits = await Promise.all(
      Array.from({ length: 200 }, (_, i) => counters[i % 2]!.count('someone', MINUTE)),
    );
    const counts = hits.map((hit) => hit!.count).sort((a, b) => a - b);
    expect(counts).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    for (const { leftMs } of hits.map((hit) => hit!)) expect(leftMs).toBeLessThanOrEqual(MINUTE);
    expect((await counters[0]!.count('someone else', 1))?.count).toBe(1);
  });

  it.each(['a Redis that is not there', 'a Redis that says nothing'])(
    'should let everybody in within 100 ms with %s',
    async (which) => {
      const url = which.endsWith('nothing') ? await startSilence() : 'redis://127.0.0.1:1';
      const counter = counterOn(url);
      const began = performance.now();
      expect(await counter.count('someone', MINUTE)).toBeUndefined();
      // A timer may be late by some turns of a busy machine.
      expect(performance.now() - began).toBeLessThan(250);
      const next = performance.now();
      expect(await counter.count('someone', MINUTE)).toBeUndefined();
      expect(performance.now() - next).toBeLessThan(20);
    },
  );
});

@Controller()
class Counted {
  @Get()
  get(): string {
    return 'counted';
  }
}

/** The guard in an application where a header says who asks, as the guard of keys and users will. */
async function startKnowing(url: string): Promise<string> {
  const config = loadConfig({ REDIS_URL: url, RATE_LIMIT_PER_MINUTE: '2' });
  const counter = counterOn(url);
  const limits = rateLimit(config, counter);
  @Module({
    imports: [ThrottlerModule.forRoot(limits)],
    controllers: [Counted],
    providers: [{ provide: APP_GUARD, useClass: RateLimitGuard }],
  })
  class Root {}
  const app: INestApplication = await NestFactory.create(Root, { logger: false });
  app.use((request: Request, _response: Response, next: NextFunction) => {
    const id = request.get('X-Who') ?? null;
    const actor = { kind: 'api_key', id, name: 'a key' } as const;
    runInScope({ requestId: newId(), ...(id && { actor }) }, next);
  });
  await app.listen(0, '127.0.0.1');
  ends.push(() => app.close());
  return app.getUrl();
}

describe('the guard of limits', () => {
  it('should count by whoever is known to ask, and by the address where nobody is', async () => {
    const { url } = await createTestRedis();
    const app = await startKnowing(url);
    const ask = async (who?: string) => (await fetch(app, { headers: who ? { 'X-Who': who } : {} })).status;
    expect([await ask('a'), await ask('a'), await ask('a')]).toEqual([200, 200, 429]);
    expect([await ask('b'), await ask()]).toEqual([200, 200]);
  });

  it('should let requests in while Redis is away', async () => {
    const app = await startKnowing('redis://127.0.0.1:1');
    const statuses = await Promise.all(Array.from({ length: 6 }, async () => (await fetch(app)).status));
    expect(statuses).toEqual(Array(6).fill(200));
  });
});
