import { createReadStream, openAsBlob } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Outcome, RunOptions, Scenario } from '../scenario.js';
import { request } from '../support/api.js';
import type { Cleanup } from '../support/cleanup.js';
import { startHouse, type House } from '../support/house.js';
import { writeLeadFiles, type LeadFiles } from '../support/lead-file.js';
import { median, rounded } from '../support/statistics.js';

const AIM_ROWS_PER_S = 40_000;
const AIM_RSS_MB = 300;
const AIM_RATIO = 3;
const RUN_TIMEOUT_MS = 600_000;
const COLUMNS = 'id, campaign_id, phone_number, name, priority, metadata';

/** Rows a second of one CSV file, from the first byte sent to the answer, next to a bare COPY of the same rows. */
export const importing: Scenario = {
  words: 'one CSV file of --rows leads over HTTP: how many rows a second, in how much memory?',
  timeoutMs: RUN_TIMEOUT_MS,
  run: runImport,
};

interface Run {
  importS: number;
  floorS: number;
  stored: number;
}

async function runImport(options: RunOptions, cleanup: Cleanup): Promise<Outcome> {
  const { workers, profileDir, signal, rows } = options;
  const house = await startHouse({ workers, settings: {}, profileDir, signal }, cleanup);
  const folder = await mkdtemp(join(tmpdir(), 'campaign-bench-import-'));
  cleanup.add('the files', () => rm(folder, { recursive: true, force: true }));
  const files = { rows, csv: join(folder, 'leads.csv'), copy: join(folder, 'leads.copy') };
  const sql = new pg.Client({ connectionString: house.databaseUrl });
  await sql.connect();
  cleanup.add('the connection', () => sql.end());
  const runs: Run[] = [];
  for (let run = 0; run < options.runs; run += 1) {
    const { data } = await request<{ data: { id: string } }>('POST', `${house.apiUrl}/campaigns`, {
      name: 'bench: import',
    });
    await writeLeadFiles(files, data.id);
    const floorS = await copyBare(sql, files);
    const importS = await upload(house, data.id, files);
    runs.push({ floorS, importS, stored: await countAndClear(sql, data.id) });
  }
  return report(runs, files, await peakRssMb(house.pids.api));
}

/** The floor: the parsed rows into a table with the same columns, constraints and indexes. Seconds. */
async function copyBare(sql: pg.Client, { copy }: LeadFiles): Promise<number> {
  await sql.query('CREATE TABLE bare_leads (LIKE leads INCLUDING ALL)');
  const started = performance.now();
  await pipeline(createReadStream(copy), sql.query(copyFrom(`COPY bare_leads (${COLUMNS}) FROM STDIN`)));
  const seconds = (performance.now() - started) / 1000;
  await sql.query('DROP TABLE bare_leads');
  return seconds;
}

/** Seconds. @throws where the answer is not 201 */
async function upload({ apiUrl }: House, campaignId: string, { csv }: LeadFiles): Promise<number> {
  const form = new FormData();
  form.append('file', await openAsBlob(csv), 'leads.csv');
  const started = performance.now();
  const url = `${apiUrl}/campaigns/${campaignId}/leads/upload`;
  const answer = await fetch(url, { method: 'POST', body: form, headers: { Connection: 'close' } });
  const text = await answer.text();
  if (answer.status !== 201)
    throw new Error(`The upload was answered ${answer.status} ${text.slice(0, 300)}`);
  return (performance.now() - started) / 1000;
}

/** How many leads the campaign has; then none, so that each run begins with empty tables. */
async function countAndClear(sql: pg.Client, campaignId: string): Promise<number> {
  const counted = await sql.query<{ stored: number }>(
    'SELECT count(*)::int AS stored FROM leads WHERE campaign_id = $1',
    [campaignId],
  );
  await sql.query('TRUNCATE leads CASCADE');
  await sql.query('DELETE FROM campaigns');
  return counted.rows[0]?.stored ?? 0;
}

/** The most memory the process ever had in use (Linux). */
async function peakRssMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
}

async function report(runs: Run[], { rows, csv }: LeadFiles, peakMb: number): Promise<Outcome> {
  const rates = runs.map(({ importS }) => Math.round(rows / importS));
  const of = (read: (run: Run) => number) => rounded(median(runs.map(read)), 3);
  const rate = Math.round(median(rates));
  const line = {
    scenario: 'import',
    rows,
    fileMb: Math.round((await stat(csv)).size / 2 ** 20),
    rowsPerS: rate,
    aimRowsPerS: AIM_ROWS_PER_S,
    importS: of(({ importS }) => importS),
    floorS: of(({ floorS }) => floorS),
    floorRowsPerS: Math.round(median(runs.map(({ floorS }) => rows / floorS))),
    importPerFloor: of(({ importS, floorS }) => importS / floorS),
    aimImportPerFloor: AIM_RATIO,
    peakRssMb: peakMb,
    aimRssMb: AIM_RSS_MB,
    runs: rates,
    spread: Math.max(...rates) - Math.min(...rates),
  };
  const lost = runs.filter(({ stored }) => stored !== rows);
  return { line, broken: lost.map(({ stored }) => `${stored} of ${rows} rows were stored`) };
}
