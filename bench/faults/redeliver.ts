import Bull from 'bull';

/** The product's queue as seen from outside; restated here, as a stranger with access to Redis would know it. */
const QUEUE = 'calls';
const PREFIX = 'campaign-calling';
const JOB = 'place';

/** Hands jobs out once more, as Bull does when a worker was only slow. */
export class Redelivery {
  private readonly queue: Bull.Queue<{ callId: string }>;
  private nth = 0;

  constructor(redisUrl: string) {
    this.queue = new Bull<{ callId: string }>(QUEUE, redisUrl, { prefix: PREFIX });
    this.queue.on('error', () => undefined);
  }

  async again(callIds: readonly string[]): Promise<void> {
    this.nth += 1;
    const opts = { removeOnComplete: true, removeOnFail: true };
    await this.queue.addBulk(
      callIds.map((callId) => ({
        name: JOB,
        data: { callId },
        opts: { ...opts, jobId: `again-${this.nth}-${callId}` },
      })),
    );
  }

  async close(): Promise<void> {
    await this.queue.close();
  }
}
