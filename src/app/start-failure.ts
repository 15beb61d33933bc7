import { connect } from 'node:net';
import { ConfigError, type AppConfig } from '../config/index.js';
import { EmbeddedError } from '../embedded/index.js';

const REACH_MS = 5000;
const REDIS_PORT = 6379;

/** Why a start failed, in one sentence where somebody can do something about it; else undefined. */
export function sentenceOf(error: unknown, config?: AppConfig): string | undefined {
  if (error instanceof ConfigError || error instanceof EmbeddedError) return error.message;
  if (!(error instanceof Error) || config === undefined) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const isListening = 'syscall' in error && error.syscall === 'listen';
  if (isListening && code === 'EADDRINUSE') {
    return `Port ${config.PORT} on ${config.HOST} is in use: stop what uses it, or set PORT to another (0 = any free one).`;
  }
  if (isListening) return `Cannot listen on HOST ${config.HOST}, PORT ${config.PORT}: ${error.message}.`;
  return databaseSentence(code, error);
}

/**
 * Checks that somebody listens where REDIS_URL points: its client would go on trying for ever, in silence.
 * @throws ConfigError naming REDIS_URL
 */
export async function assertRedisListens(config: AppConfig): Promise<void> {
  const { hostname, port } = new URL(config.REDIS_URL ?? '');
  const host = hostname.replace(/^\[|\]$/g, '');
  const reason = await new Promise<string | undefined>((resolve) => {
    const socket = connect({ host, port: Number(port || REDIS_PORT), timeout: REACH_MS });
    const answer = (words?: string) => {
      socket.destroy();
      resolve(words);
    };
    socket.once('connect', () => answer());
    socket.once('timeout', () => answer(`no answer within ${REACH_MS} ms`));
    socket.once('error', (error: Error & { code?: string }) => answer(error.code ?? error.message));
  });
  if (reason !== undefined) {
    throw new ConfigError(`Cannot reach Redis at REDIS_URL (${hostname}:${port || REDIS_PORT}): ${reason}.`);
  }
}

/** SQLSTATE (its class 28: wrong user or password; 3D000: no such database) or a socket's code. */
function databaseSentence(code: string, error: Error): string | undefined {
  if (/^(E[A-Z_]+|28...|3D000|57P03|53300|08...)$/.test(code) || /timeout|terminated/i.test(error.message)) {
    return `Cannot use the database at DATABASE_URL: ${error.message || code}.`;
  }
  return undefined;
}
