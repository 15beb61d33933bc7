import { Logger } from '@nestjs/common';
import type { INestApplicationContext } from '@nestjs/common';
import type { Server, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long requests in progress may take once a stop is asked for. Milliseconds. */
const PATIENCE_MS = 10_000;
const SWEEP_MS = 50;
/** How long a kept-alive connection is told to close before it is closed from here. Milliseconds. */
const FAREWELL_MS = 250;
/** How long closing the rooms (jobs in progress, connections) may take in all. Milliseconds. */
const CLOSE_MS = 15_000;

export interface Stoppable {
  context: INestApplicationContext;
  /** The HTTP server, where this process has one. */
  server?: Server;
  /** Gives back the embedded services. */
  release: () => Promise<void>;
}

/**
 * Stops in order: no new connections, requests in progress finish (10 s at most), the rooms close, the embedded
 * services are given back. Each step is bounded: a stop that hangs is killed by someone less careful.
 */
export async function stop({ context, server, release }: Stoppable): Promise<void> {
  if (server) await drain(server);
  await bounded(context.close(), CLOSE_MS);
  await release();
}

/** SIGTERM and SIGINT stop the process with 0; a second one ends it at once. */
export function stopOnSignals(stoppable: Stoppable): void {
  let isStopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    new Logger('Process').log(`${signal}: stopping`);
    stop(stoppable).then(
      () => process.exit(0),
      (error: unknown) => {
        new Logger('Process').error('The stop failed', error instanceof Error ? error.stack : String(error));
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

/**
 * A forgotten rejection costs one request or job, and reconcile mends what it left; an uncaught exception leaves the
 * process in a state nobody knows, so it ends.
 */
export function logCrashes(): void {
  const logger = new Logger('Process');
  process.on('unhandledRejection', (reason) => {
    logger.error('Unhandled rejection', reason instanceof Error ? reason.stack : String(reason));
  });
  process.on('uncaughtException', (error) => {
    logger.error('Uncaught exception', error.stack);
    process.exit(1);
  });
}

async function drain(server: Server): Promise<void> {
  if (!server.listening) return;
  server.prependListener('request', (_request, response: ServerResponse) => {
    response.setHeader('Connection', 'close');
  });
  // http's own close() would cut kept-alive connections at once, and with them the requests just sent on them.
  const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
  await Promise.race([closed, sleep(FAREWELL_MS)]);
  const sweeping = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const givingUp = setTimeout(() => server.closeAllConnections(), PATIENCE_MS);
  await closed;
  clearInterval(sweeping);
  clearTimeout(givingUp);
}

async function bounded(work: Promise<void>, ms: number): Promise<void> {
  const timer = new AbortController();
  const late = sleep(ms, undefined, { signal: timer.signal }).then(
    () => new Logger('Process').warn(`Closing took more than ${ms} ms: going on without`),
    () => undefined,
  );
  await Promise.race([work, late]);
  timer.abort();
}
