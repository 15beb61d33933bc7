/** What this needs of a Bull queue. */
interface QueueWithClient {
  client: { options: { enableReadyCheck?: boolean } };
}

/**
 * Makes the queue's command connection wait, at each connect, until Redis has loaded its data. Bull demands one setting
 * for all of its connections, and its blocking ones must not wait. Without it a process that writes its first job while
 * Redis is loading takes its script for known ever after, and never queues another (seen after kill -9 of Redis).
 */
export function checkReadiness(queue: QueueWithClient): void {
  queue.client.options.enableReadyCheck = true;
}
