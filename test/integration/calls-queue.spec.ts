import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CallsQueue } from '../../src/dialer/calls.queue.js';
import { fictionalNumbers } from '../e2e/dialer/world.js';
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

  it('should be handed the calls of a start by and by', async () => {
    const { body } = await app.post<{ data: { id: string } }>('/campaigns', {
      name: 'Thirty at once',
      maxConcurrent: 30,
      callDelay: 0,
    });
    const path = `/campaigns/${body.data.id}`;
    await app.post(`${path}/leads/bulk`, {
      leads: fictionalNumbers(40).map((phoneNumber) => ({ phoneNumber })),
    });
    const redis = new Redis(app.redis.url);
    const jobs = async () => ({
      now: await redis.llen('campaign-calling:calls:wait'),
      later: await redis.zcard('campaign-calling:calls:delayed'),
    });
    const before = await jobs();
    await app.post(`${path}/start`);
    await waitFor(async () => {
      expect(await jobs()).toEqual({ now: before.now + 16, later: before.later + 14 });
      return true;
    });
    await redis.quit();
  });
});
