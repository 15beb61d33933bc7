import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { newId } from '../../src/common/index.js';
import { apiDataSourceOptions } from '../../src/database/data-source.js';
import { Database, DEFAULT_WORKSPACE_ID, type Tx } from '../../src/database/index.js';
import { ClaimRepository } from '../../src/dialer/claim.repository.js';
import { ReadinessJudge } from '../../src/dialer/readiness/readiness-judge.js';
import { SuppressionRule } from '../../src/dialer/readiness/suppression.rule.js';
import { WindowRule } from '../../src/dialer/readiness/window.rule.js';
import { median } from './statistics.js';

const JUDGE = new ReadinessJudge([new SuppressionRule(), new WindowRule()]);
const FROM = '+12025550100';
/** Enough that Postgres has settled on a plan for each statement, as in a process that dials. */
const TIMES = 30;

/**
 * How long the statements of one claim take: the product's own, in its order, on a connection like its own, each time
 * taken back. Without the commit.
 * @param slots how many calls each claim makes
 * @returns the median of each campaign, measured in turns, so that a noisy moment meets them all. Milliseconds
 */
export async function claimTimes(
  databaseUrl: string,
  campaignIds: string[],
  slots: number,
): Promise<number[]> {
  const source = await new DataSource(apiDataSourceOptions(databaseUrl, 1)).initialize();
  try {
    const claims = new ClaimRepository(new Database(source));
    const times = campaignIds.map((): number[] => []);
    for (let n = 0; n < TIMES; n += 1) {
      for (const [i, id] of campaignIds.entries()) {
        times[i]?.push(await takenBack(source, id, (tx) => claim(claims, tx, id, slots)));
      }
    }
    return times.map((each) => median(each));
  } finally {
    await source.destroy();
  }
}

/** The campaign is active within the transaction only, so that no worker touches it meanwhile. */
async function takenBack(
  source: DataSource,
  campaignId: string,
  work: (tx: Tx) => Promise<void>,
): Promise<number> {
  const runner = source.createQueryRunner();
  await runner.startTransaction();
  try {
    await runner.query("UPDATE campaigns SET status = 'active' WHERE id = $1", [campaignId]);
    const began = performance.now();
    await work(runner.manager);
    return performance.now() - began;
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

async function claim(claims: ClaimRepository, tx: Tx, campaignId: string, slots: number): Promise<void> {
  const campaign = await claims.lockCampaign(tx, campaignId);
  if (!campaign) throw new Error('The campaign cannot be claimed for');
  await claims.countOpen(tx, campaignId);
  const leads = await claims.takeReadyLeads(tx, campaignId, slots);
  const judged = await JUDGE.judge(campaign, leads);
  const calls = judged.map(({ lead, judgement }) => {
    if (judgement.kind !== 'call')
      throw new Error(`The claim met a lead that is not to be called: ${lead.id}`);
    const { id: leadId, phoneNumber, attempts } = lead;
    const { dialBefore } = judgement;
    return {
      id: newId(),
      leadId,
      phoneNumber,
      fromNumber: FROM,
      agentId: null,
      attempt: attempts + 1,
      dialBefore,
      rate: 20_000,
      reserve: 200_000,
    };
  });
  const made = await claims.insertCalls(tx, { id: campaignId, workspaceId: DEFAULT_WORKSPACE_ID }, calls, {});
  if (made.length !== slots) throw new Error(`The claim made ${made.length} calls, not ${slots}`);
}
