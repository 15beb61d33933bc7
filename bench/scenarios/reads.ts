import type { Client } from 'pg';
import { writeCursor } from '../../src/common/cursor.js';
import type { Outcome, RunOptions, Scenario } from '../scenario.js';
import { request } from '../support/api.js';
import type { Cleanup } from '../support/cleanup.js';
import { download, type Exported } from '../support/export.js';
import { startHouse } from '../support/house.js';
import { rounded } from '../support/statistics.js';
import { openSql } from '../support/sql.js';
import { leadId, storeLeads, type StoredCampaign } from '../support/stored-leads.js';
import { getting, mediansOf, type Reading } from '../support/timed-reads.js';

const FEW = 1000;
const MANY = 1_000_000;
const TIMES = 100;
const AIM_MS = 10;
const AIM_RATIO = 1.5;
/** A read that takes less than this with few leads is compared with this. Milliseconds. */
const LEAST_MS = 3;
/** The export may grow the process by so much: what V8 lets lie about before it tidies up, whatever the rows. */
const EXPORT_MB = 250;
const TIMEOUT_MS = 900_000;

/** What a read costs with a million leads stored, against the same with a thousand, and against its SQL alone. */
export const reads: Scenario = {
  words: `lists, campaign and stats with ${MANY} leads stored: as fast as with ${FEW}?`,
  timeoutMs: TIMEOUT_MS,
  run: runReads,
};

const LEADS = `SELECT id, campaign_id, phone_number, name, status, priority, metadata, attempts, last_attempt_at,
  next_attempt_at, blocked_reason, reason, created_at, updated_at FROM leads`;
const CAMPAIGN = 'SELECT * FROM campaigns WHERE id = $1';
const SUMS = `SELECT sum(pending), sum(calling), sum(completed), sum(failed), sum(successful_calls), sum(failed_calls), sum(talk_ms)
  FROM campaign_counters WHERE campaign_id = $1`;
const FIRST = `${LEADS} WHERE campaign_id = $1 ORDER BY id LIMIT 51`;
const AFTER = `${LEADS} WHERE campaign_id = $1 AND id > $2 ORDER BY id LIMIT 51`;

/** What is read of a campaign: the path below it, and the SQL that cannot be done without. */
interface Read {
  path: (campaign: StoredCampaign) => string;
  floor: [sql: string, ...values: unknown[]][];
}

const READS: Record<string, Read> = {
  campaign: { path: () => '', floor: [[CAMPAIGN], [SUMS], [FIRST]] },
  stats: { path: () => '/stats', floor: [[CAMPAIGN], [SUMS]] },
  firstPage: { path: () => '/leads', floor: [[CAMPAIGN], [SUMS], [FIRST]] },
  deepPage: {
    path: (campaign) => `/leads?cursor=${deepCursor(campaign)}`,
    floor: [[CAMPAIGN], [SUMS], [AFTER, leadId(2, MANY * 0.9)]],
  },
  byPriority: {
    path: () => '/leads?sort=-priority',
    floor: [[CAMPAIGN], [SUMS], [`${LEADS} WHERE campaign_id = $1 ORDER BY (-priority), id LIMIT 51`]],
  },
};

/** Nine tenths into the list. */
function deepCursor({ nth, leads }: StoredCampaign): string {
  const order = { name: 'leads:createdAt', key: ['id'] } as const;
  return writeCursor(order, { page: 2, key: [leadId(nth, leads * 0.9)] });
}

interface Emptied {
  deleted: number;
  seconds: number;
  /** The slowest read of another campaign meanwhile. */
  slowestMs: number;
}

async function runReads(options: RunOptions, cleanup: Cleanup): Promise<Outcome> {
  const { workers, profileDir, signal } = options;
  const settings = { RATE_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'warn' };
  const { apiUrl, databaseUrl, pids } = await startHouse({ workers, settings, profileDir, signal }, cleanup);
  const sql = await openSql(databaseUrl, cleanup);
  const few = await newCampaign(apiUrl, FEW, 1);
  await storeLeads(sql, few);
  // The app has read, and kept its plans, while the tables were small: the worst they can be when the many arrive.
  await mediansOf(readingsOf(apiUrl, few, 'few'), TIMES);
  const many = await newCampaign(apiUrl, MANY, 2);
  await storeLeads(sql, many);
  // So that there is a list of the few alone, and one of the many alone.
  await sql.query(`UPDATE campaigns SET status = 'stopped' WHERE id = $1`, [many.id]);
  const listUrl = `${apiUrl}/campaigns?status=`;
  const medians = await mediansOf(
    {
      ...readingsOf(apiUrl, few, 'few'),
      ...readingsOf(apiUrl, many, 'many'),
      ...floorsOf(sql, many),
      'few list': getting(`${listUrl}draft`),
      'many list': getting(`${listUrl}stopped`),
      'floor list': () => listFloor(sql),
    },
    TIMES,
  );
  const exported = await download(`${apiUrl}/campaigns/${many.id}/leads/export`, pids.api);
  const emptied = await empty(apiUrl, many, few);
  return report(medians, exported, emptied);
}

async function newCampaign(apiUrl: string, leads: number, nth: number): Promise<StoredCampaign> {
  const wanted = { name: `bench: reads, ${leads} leads` };
  const { data } = await request<{ data: { id: string } }>('POST', `${apiUrl}/campaigns`, wanted);
  return { id: data.id, leads, nth };
}

function readingsOf(apiUrl: string, campaign: StoredCampaign, size: string): Record<string, Reading> {
  const url = `${apiUrl}/campaigns/${campaign.id}`;
  return Object.fromEntries(
    Object.entries(READS).map(([name, { path }]) => [`${size} ${name}`, getting(url + path(campaign))]),
  );
}

function floorsOf(sql: Client, { id }: StoredCampaign): Record<string, Reading> {
  return Object.fromEntries(
    Object.entries(READS).map(([name, { floor }]) => [
      `floor ${name}`,
      async () => {
        for (const [text, ...values] of floor) await sql.query({ text, values: [id, ...values] });
      },
    ]),
  );
}

async function listFloor(sql: Client): Promise<void> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT * FROM campaigns WHERE status = 'stopped' ORDER BY id DESC LIMIT 11`,
  );
  await sql.query(`SELECT count(*) FROM campaigns WHERE status = 'stopped'`);
  await sql.query(SUMS.replace('= $1', '= ANY($1) GROUP BY campaign_id'), [rows.map(({ id }) => id)]);
  await sql.query('SELECT count(*) FROM campaign_agents WHERE campaign_id = ANY($1) GROUP BY campaign_id', [
    rows.map(({ id }) => id),
  ]);
}

/** Deletes all leads of one campaign while another is read, one read after the other. */
async function empty(apiUrl: string, many: StoredCampaign, few: StoredCampaign): Promise<Emptied> {
  const read = getting(`${apiUrl}/campaigns/${few.id}/leads`);
  const began = performance.now();
  let isOver = false;
  const deleting = request<{ data: { deleted: number } }>(
    'DELETE',
    `${apiUrl}/campaigns/${many.id}/leads`,
  ).finally(() => (isOver = true));
  let slowestMs = 0;
  while (!isOver) {
    const start = performance.now();
    await read();
    slowestMs = Math.max(slowestMs, performance.now() - start);
  }
  const { data } = await deleting;
  return { deleted: data.deleted, seconds: (performance.now() - began) / 1000, slowestMs };
}

function report(medians: Record<string, number>, exported: Exported, emptied: Emptied): Outcome {
  const line: Record<string, unknown> = {
    scenario: 'reads',
    leads: MANY,
    few: FEW,
    aimMs: AIM_MS,
    aimRatio: AIM_RATIO,
  };
  const broken: string[] = [];
  const missed: string[] = [];
  for (const name of [...Object.keys(READS), 'list']) {
    const [few = NaN, many = NaN, floor = NaN] = ['few', 'many', 'floor'].map(
      (size) => medians[`${size} ${name}`],
    );
    const ratio = rounded(many / Math.max(few, LEAST_MS), 2);
    line[`${name}Ms`] = many;
    line[`${name}FewMs`] = few;
    line[`${name}FloorMs`] = floor;
    line[`${name}Ratio`] = ratio;
    if (!(many <= AIM_MS && ratio <= AIM_RATIO)) missed.push(name);
  }
  line.missed = missed.length > 0 ? missed : 'none';
  line.exportSeconds = exported.seconds;
  line.exportRowsPerS = Math.round(exported.rows / exported.seconds);
  line.exportGrownMb = exported.grownMb;
  line.deleteAllSeconds = rounded(emptied.seconds, 1);
  line.deleteAllPerS = Math.round(emptied.deleted / emptied.seconds);
  line.slowestReadMeanwhileMs = rounded(emptied.slowestMs, 1);
  if (exported.rows !== MANY) broken.push(`${exported.rows} leads were exported`);
  if (!(exported.grownMb <= EXPORT_MB)) broken.push(`the export took ${exported.grownMb} MB`);
  if (emptied.deleted !== MANY) broken.push(`${emptied.deleted} leads were deleted`);
  return { line, broken };
}
