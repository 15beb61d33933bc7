import { inspect } from 'node:util';

/** Writes a line to the host's log, which is its standard output. */
export function note(text: string, error?: unknown): void {
  const reason = error === undefined ? '' : `: ${inspect(error)}`;
  process.stdout.write(`${new Date().toISOString()} ${text}${reason}\n`);
}
