import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const CLI = 'node_modules/@stoplight/prism-cli/dist/index.js';
const START_TIMEOUT_MS = 120_000;

/** Installs Prism, exactly as locked beside this file, into a folder of its own. @returns its command-line script */
export async function installPrism(folder) {
  await mkdir(folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) {
    await copyFile(join(import.meta.dirname, name), join(folder, name));
  }
  const npm = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(npm, 'exit');
  if (code !== 0) throw new Error(`Prism could not be installed: npm ended with ${code}`);
  return join(folder, CLI);
}

/** Starts Prism on loopback; an invalid request is answered 4xx with its violations. @returns its base URL */
export async function startPrism(cli, definition, cleanup) {
  const port = await freePort();
  const args = [cli, 'mock', '--errors', '--host', '127.0.0.1', '--port', String(port), definition];
  // Its log names every path of the definition; what matters comes in its answers.
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  cleanup.add(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  });
  const url = `http://127.0.0.1:${port}`;
  await waitFor('Prism', START_TIMEOUT_MS, async () => {
    if (child.exitCode !== null) throw new Error(`Prism ended with ${child.exitCode}`);
    return globalThis.fetch(url).then(
      () => true,
      () => false,
    );
  });
  return url;
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks every 50 ms until it holds. @throws when the time is up */
export async function waitFor(what, timeoutMs, holds) {
  const end = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`);
    await sleep(50);
  }
}
