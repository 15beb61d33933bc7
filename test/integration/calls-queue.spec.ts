import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallsQueue } from '../../src/dialer/calls.queue.js';
import { DialerShutdown } from '../../src/dialer/dialer-shutdown.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { waitFor } from '../support/wait-for.js';

const FAR = 600_000;

describe('CallsQueue', () => {
  let app: TestApp;
  let queue: CallsQueue;

  beforeAll(async () => {
    app = await startTestApp({ ROLE: 'api' });
    queue = app.app.get(CallsQueue, { strict: false });
  });

  afterAll(async () => {
    await app.close();
  });

  it('should know jobs that wait, now or for later, and no others', async () => {
    const [now, later, other] = [randomUUID(), randomUUID(), randomUUID()].map((id) => ({ id, seq: 0 }));
    await queue.add([now!]);
    await queue.add([later!], FAR);
    expect(await Promise.all([now, later, other].map((call) => queue.has(call!)))).toEqual([
      true,
      true,
      false,
    ]);
    expect(await queue.has({ id: now!.id, seq: 1 })).toBe(false);
  });

  it('should not take the remnant of a removed job for the job', async () => {
    const call = { id: randomUUID(), seq: 0 };
    const redis = new Redis(app.redis.url);
    await redis.hset(`campaign-calling:calls:${call.id}.0`, {
      attemptsMade: '1',
      failedReason: 'no handler',
    });
    await redis.quit();
    expect(await queue.has(call)).toBe(false);
  });

  describe('what a claim hands out', () => {
    let redis: Redis;
    const waiting = () => redis.llen('campaign-calling:calls:wait');
    const callsOf = (count: number) => Array.from({ length: count }, () => ({ id: randomUUID(), seq: 0 }));

    beforeEach(async () => {
      await app.redis.flush();
      redis = new Redis(app.redis.url);
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    });

    afterEach(() => {
      vi.useRealTimers();
      redis.disconnect();
    });

    it('should be sixteen at once, and the others by and by', async () => {
      await queue.handOut(callsOf(21));
      expect(await waiting()).toBe(16);
      vi.advanceTimersByTime(11);
      expect(await waiting()).toBe(16);
      vi.advanceTimersByTime(1);
      await waitFor(async () => (await waiting()) === 20);
      vi.advanceTimersByTime(3);
      await waitFor(async () => (await waiting()) === 21);
    });

    it('should be all that is left where the process stops', async () => {
      const calls = callsOf(50);
      await queue.handOut(calls);
      await app.app.get(DialerShutdown, { strict: false }).beforeApplicationShutdown();
      const jobs = await redis.lrange('campaign-calling:calls:wait', 0, -1);
      expect(jobs.toSorted()).toEqual(calls.map(({ id }) => `${id}.0`).toSorted());
    });
  });
});
