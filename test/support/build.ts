import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { takeMutex } from '../../src/embedded/mutex.js';
import { waitFor } from './wait-for.js';

export const ROOT = join(import.meta.dirname, '..', '..');
const BUILD_TIMEOUT_MS = 120_000;

/** Compiles the app into dist, for tests that start it as a process. Two runs in one tree take turns. */
export async function buildApp(): Promise<void> {
  const release = await waitFor(() => takeMutex(`build ${ROOT}`), {
    timeoutMs: BUILD_TIMEOUT_MS,
    message: 'the build of another test run',
  });
  try {
    const compiler = spawn(process.execPath, [join(ROOT, 'tools', 'build.mjs')], {
      cwd: ROOT,
      stdio: 'inherit',
    });
    const [status] = (await once(compiler, 'exit')) as [number | null];
    // Type errors are `npm run check`'s to refuse: the compiler emits all the same, and the tests tell what works.
    if (status !== 0) process.stderr.write('The build has errors (above); the tests run what it emitted.\n');
  } finally {
    await release();
  }
}

/** Loads a compiled module of the app, e.g. `src/database/index.js`. */
export async function importBuilt<T>(path: string): Promise<T> {
  return (await import(pathToFileURL(join(ROOT, 'dist', path)).href)) as T;
}
