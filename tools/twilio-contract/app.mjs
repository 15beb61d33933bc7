import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { freePort, waitFor } from './prism.mjs';

const ROOT = join(import.meta.dirname, '..', '..');
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
export const ACCOUNT_SID = `AC${'5'.repeat(32)}`;
export const AUTH_TOKEN = 'no-real-token';
export const FROM = '+12025550100';

/** Compiles the app, as `npm start` does. */
export async function buildApp() {
  const build = spawn(process.execPath, [join(ROOT, 'tools', 'build.mjs')], { stdio: 'inherit' });
  const [code] = await once(build, 'exit');
  if (code !== 0) throw new Error('The app does not compile');
}

/** The app with its embedded services, as a process of its own; `call` sends a request to its API. */
export async function startApp(dataDir, settings, cleanup) {
  const port = await freePort();
  await mkdir(dataDir, { recursive: true });
  await chmod(dataDir, 0o711);
  const log = join(dataDir, 'app.log');
  const env = { ...environment(), ...settings, DATA_DIR: dataDir, PORT: String(port) };
  const output = openSync(log, 'a', 0o600);
  const main = join(ROOT, 'dist', 'src', 'main.js');
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', output, output] });
  closeSync(output);
  const stop = () => end(child);
  cleanup.add(stop);
  const base = `http://127.0.0.1:${port}`;
  await waitFor('the app', START_TIMEOUT_MS, async () => {
    if (child.exitCode !== null) throw new Error(`The app ended: ${await readFile(log, 'utf8')}`);
    return globalThis.fetch(`${base}/health`).then(
      (answer) => answer.ok,
      () => false,
    );
  });
  return { stop, call: (method, path, body) => call(`${base}/api/v1${path}`, method, body) };
}

/** Nothing of the shell's own settings reaches the app. */
function environment() {
  const names = ['PATH', 'HOME', 'TMPDIR', 'XDG_CACHE_HOME'];
  return Object.fromEntries(
    names.filter((name) => process.env[name]).map((name) => [name, process.env[name]]),
  );
}

async function call(url, method, body) {
  const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
  const answer = await globalThis.fetch(url, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text).data;
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(patience);
}
