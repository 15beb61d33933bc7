import type { Writable } from 'node:stream';

/** What this needs of a Bull queue: its connection for commands (not the one that waits for jobs). */
interface QueueWithClient {
  client: { stream?: Writable; sendCommand: (...command: never[]) => unknown };
}

/**
 * Lets the commands that a queue sends in one turn of the loop leave in one write: each wakes Redis, and takes the
 * processor. Fifty calls that are claimed, or end, together are as many jobs added, or done.
 */
export function gatherWrites({ client }: QueueWithClient): void {
  const send = client.sendCommand.bind(client);
  const gathering = new WeakSet<Writable>();
  client.sendCommand = (...command) => {
    const { stream } = client;
    if (stream && !gathering.has(stream)) {
      gathering.add(stream);
      stream.cork();
      process.nextTick(() => {
        gathering.delete(stream);
        stream.uncork();
      });
    }
    return send(...command);
  };
}
