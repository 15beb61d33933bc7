/**
 * Compiles a TypeScript project into dist, incrementally, and takes away what a deleted source left behind:
 * a stale migration or entity in dist would otherwise still be run.
 * Usage: node tools/build.mjs [tsconfig.build.json]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const project = process.argv[2] ?? 'tsconfig.build.json';

const STATE = /^\..+\.tsbuildinfo$/;

/** What another project's compiler remembers of dist is no longer true once this one has written there. */
function forgetOthers(own) {
  if (!existsSync(dist)) return;
  for (const file of readdirSync(dist)) if (STATE.test(file) && file !== own) rmSync(join(dist, file));
}

function compile() {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const name = `.${project}.tsbuildinfo`;
  const state = join(dist, name);
  forgetOthers(name);
  const args = [compiler, '-p', join(root, project), '--incremental', '--tsBuildInfoFile', state];
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
}

function dropStale() {
  for (const file of readdirSync(dist, { recursive: true })) {
    const source = /^(.*)\.js(\.map)?$/.exec(file)?.[1];
    if (source && !existsSync(join(root, `${source}.ts`))) rmSync(join(dist, file));
  }
}

const status = compile();
if (existsSync(dist)) dropStale();
process.exitCode = status;
