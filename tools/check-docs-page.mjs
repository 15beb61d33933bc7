/**
 * Opens Swagger UI in a real browser: every operation must be drawn, and the Content-Security-Policy must have refused nothing.
 * Too heavy for CI, which checks the policy and the files by themselves (test/e2e/surface.spec.ts).
 * Usage: node tools/check-docs-page.mjs [http://127.0.0.1:3000/api-docs] [chromium]
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** Virtual: the browser skips what it would only wait for. Milliseconds. */
const PATIENCE_MS = 20_000;
const [url = 'http://127.0.0.1:3000/api-docs', browser = 'chromium'] = process.argv.slice(2);

/** The page as it is once its scripts have run, and what its console said. */
async function open() {
  const profile = await mkdtemp(join(tmpdir(), 'docs-page-'));
  const flags = ['--headless', '--disable-gpu', '--no-sandbox', '--enable-logging=stderr', '--log-level=0'];
  const page = [`--user-data-dir=${profile}`, `--virtual-time-budget=${PATIENCE_MS}`, '--dump-dom', url];
  const child = spawn(browser, [...flags, ...page], { stdio: ['ignore', 'pipe', 'pipe'] });
  const failed = new Promise((_, reject) => child.once('error', reject));
  try {
    const [dom, log] = await Promise.race([Promise.all([text(child.stdout), text(child.stderr)]), failed]);
    return { dom, said: log.split('\n').filter((line) => line.includes('CONSOLE')) };
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function operationsIn() {
  const document = await (await fetch(`${url}-json`)).json();
  return Object.values(document.paths).flatMap((path) => Object.keys(path)).length;
}

const wanted = await operationsIn();
const { dom, said } = await open();
const drawn = [...dom.matchAll(/<div class="opblock opblock-\w+"/g)].length;
console.log(`${drawn} of ${wanted} operations are drawn; the console said ${said.length} things`);
for (const line of said) console.log(line);
if (drawn !== wanted || said.some((line) => /Content Security Policy|Error/i.test(line)))
  process.exitCode = 1;
