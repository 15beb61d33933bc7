import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { sentenceOf, withDatabase } from './app/index.js';
import { AuthModule, ownerOf, SetupService, type OwnerFields } from './auth/index.js';
import { DomainError, readWhole } from './common/index.js';
import { ConfigModule, loadConfig, type AppConfig } from './config/index.js';
import { DatabaseModule, migrateDatabase } from './database/index.js';

const USAGE =
  'npm run admin -- create-owner --email you@example.com [--name "You"] [--workspace "Its name"] [--password-stdin]';
const OPTIONS = {
  email: { type: 'string' },
  name: { type: 'string' },
  workspace: { type: 'string' },
  'password-stdin': { type: 'boolean' },
} as const;
const MOST_BYTES = 10_000;
/** 144 bits: nobody guesses it, and a person can still copy it. */
const PASSWORD_BYTES = 18;

let config: AppConfig | undefined;

class UsageError extends Error {}

/**
 * Makes an owner of the default workspace, or of the one named, which is made if it is not there. The password comes from
 * standard input with `--password-stdin`, else one is made up and printed, once.
 */
async function main(args: string[]): Promise<void> {
  const { values, positionals } = parse(args);
  if (positionals.join() !== 'create-owner' || values.email === undefined) throw new UsageError(USAGE);
  const made = values['password-stdin'] ? undefined : randomBytes(PASSWORD_BYTES).toString('base64url');
  const { email, name, workspace } = values;
  const owner = await ownerOf({ email, name, password: made ?? (await readPassword()) });
  const loaded = loadConfig();
  config = loaded;
  await withDatabase(loaded, async (url) => {
    loaded.DATABASE_URL = url;
    await migrateDatabase(url);
    await createOwner(loaded, owner, workspace);
  });
  console.log(`${owner.email} is an owner now.`);
  if (made !== undefined) console.log(`Password, shown only here: ${made}`);
}

async function createOwner(settings: AppConfig, owner: OwnerFields, workspace?: string): Promise<void> {
  @Module({ imports: [ConfigModule.forRoot(settings), DatabaseModule, AuthModule] })
  class AdminModule {}
  const context = await NestFactory.createApplicationContext(AdminModule, {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  try {
    await context.get(SetupService).createOwner(owner, workspace);
  } finally {
    await context.close();
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch {
    throw new UsageError(USAGE);
  }
}

/** One line, as `echo` or a password manager's program sends it. */
async function readPassword(): Promise<string> {
  const bytes = await readWhole(process.stdin, MOST_BYTES);
  return (bytes ?? Buffer.alloc(0)).toString('utf8').replace(/\r?\n$/, '');
}

function wordsOf(error: unknown): unknown {
  if (error instanceof UsageError) return error.message;
  if (!(error instanceof DomainError)) return sentenceOf(error, config) ?? error;
  return error.errors?.map(({ message }) => message).join('\n') ?? error.message;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(wordsOf(error));
  process.exitCode = 2;
});
