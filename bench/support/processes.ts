import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { hasExited, hasParentDeathSignal } from '../../src/embedded/processes.js';

const STOP_TIMEOUT_MS = 30_000;

/** Starts node in a bare environment, its output in a file; it dies with us where Linux can do that. */
export async function startNode(
  args: string[],
  settings: Record<string, string>,
  log: string,
): Promise<ChildProcess> {
  const env: Record<string, string> = { ...settings };
  for (const name of ['PATH', 'HOME', 'TMPDIR', 'XDG_CACHE_HOME']) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  const guard = (await hasParentDeathSignal()) ? ['setpriv', '--pdeathsig', 'KILL', '--'] : [];
  const [file = '', ...rest] = [...guard, process.execPath, ...args];
  const output = openSync(log, 'a', 0o600);
  try {
    return spawn(file, rest, { env, stdio: ['ignore', output, output] });
  } finally {
    closeSync(output);
  }
}

/** Sends the signal and waits until it is gone, by force after 30 s. */
export async function endNode(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasExited(child)) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  const patience = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(patience);
}
