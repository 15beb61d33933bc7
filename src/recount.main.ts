import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { sentenceOf, withDatabase } from './app/index.js';
import { CampaignRecount, CampaignsModule, type CampaignDifference } from './campaigns/index.js';
import { ConfigModule, loadConfig, type AppConfig } from './config/index.js';
import { DatabaseModule } from './database/index.js';

const USAGE = 'npm run recount [-- --check]';
let config: AppConfig | undefined;

/**
 * Compares every campaign's counters with a count of its leads and calls (invariant 9) and mends what differs; with
 * `--check` it only tells. Both may run while calls are made.
 * @returns the exit code: 1 where a check found a difference
 */
async function main(args: string[]): Promise<number> {
  const isCheck = args.length === 1 && args[0] === '--check';
  if (args.length > 0 && !isCheck) throw new Error(USAGE);
  const loaded = loadConfig();
  config = loaded;
  return withDatabase(loaded, async (url) => {
    loaded.DATABASE_URL = url;
    const found = await withRecount(loaded, (recount) => (isCheck ? recount.check() : recount.mend()));
    for (const difference of found.differences) console.log(wordsOf(difference, isCheck));
    console.log(`${found.campaigns} campaigns, ${found.differences.length} with wrong counters.`);
    return isCheck && found.differences.length > 0 ? 1 : 0;
  });
}

async function withRecount<T>(
  settings: AppConfig,
  work: (recount: CampaignRecount) => Promise<T>,
): Promise<T> {
  @Module({ imports: [ConfigModule.forRoot(settings), DatabaseModule, CampaignsModule] })
  class RecountModule {}
  const context = await NestFactory.createApplicationContext(RecountModule, {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  try {
    return await work(context.get(CampaignRecount));
  } finally {
    await context.close();
  }
}

function wordsOf({ campaignId, wrong }: CampaignDifference, isCheck: boolean): string {
  const words = wrong.map(({ counter, kept, counted }) => `${counter} ${kept}, counted ${counted}`);
  return `${campaignId}: ${words.join('; ')}${isCheck ? '' : ': mended'}`;
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(sentenceOf(error, config) ?? error);
    process.exitCode = 2;
  },
);
