import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Cleanup } from './cleanup.js';
import { endNode, startNode } from './processes.js';
import { ROOT } from './root.js';
import { until } from './wait.js';

const MAIN = join(ROOT, 'dist', 'bench', 'support', 'floor-server.main.js');
const READY_TIMEOUT_MS = 20_000;

/** The table has the columns and indexes of the product's own events; of its foreign key none. */
const TABLE = 'CREATE TABLE IF NOT EXISTS bench_callbacks (LIKE call_events INCLUDING ALL)';

export interface FloorOptions {
  databaseUrl: string;
  poolSize: number;
  /** Whether each commit waits for the disk, as Postgres does unless told otherwise. */
  durable: boolean;
  signal: AbortSignal;
}

/** Starts the bare server in a process of its own, on an empty table. @returns its address */
export async function startFloorServer(options: FloorOptions, cleanup: Cleanup): Promise<string> {
  const { databaseUrl, poolSize, durable, signal } = options;
  const sql = new pg.Client({ connectionString: databaseUrl });
  await sql.connect();
  await sql.query(TABLE);
  await sql.query('TRUNCATE bench_callbacks');
  await sql.end();
  const dir = await mkdtemp(join(tmpdir(), 'campaign-bench-floor-'));
  cleanup.add("the floor's folder", () => rm(dir, { recursive: true, force: true }));
  const log = join(dir, 'log');
  const child = await startNode([MAIN, databaseUrl, String(poolSize), durable ? 'on' : 'off'], {}, log);
  cleanup.add('the bare server', () => endNode(child, 'SIGTERM'));
  return until(async () => /^http:\S+/m.exec(await readFile(log, 'utf8'))?.[0], {
    what: 'the bare server',
    timeoutMs: READY_TIMEOUT_MS,
    everyMs: 20,
    signal,
  });
}
