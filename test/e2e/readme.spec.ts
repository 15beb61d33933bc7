import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/index.js';
import { ROOT } from '../support/build.js';
import { spawnApp, type AppProcess } from '../support/processes.js';
import { waitFor } from '../support/wait-for.js';
import { bash, hasProgram } from './spec/shell.js';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** Every fenced block, with its language. */
const BLOCKS = [...README.matchAll(/^```(\w*)\n(.*?)^```/gms)].map(([, language = '', text = '']) => ({
  language,
  text,
}));
/** Words in backquotes, outside the blocks. */
const WORDS = [...README.replaceAll(/^```.*?^```/gms, '').matchAll(/`([^`]+)`/g)].map(
  ([, word = '']) => word,
);

const SETTING = /^(?:[A-Z_]+=\S* )+/;
/** One command that npm runs here, and whose script must be there; not run again from within the tests. */
const NPM = /^npm (?:ci|start|test|run ([\w:-]+))(?: -- .*)?$/;

/** The npm commands of a block, if it has nothing else. */
function npmCommandsOf(text: string): string[] | undefined {
  const commands = text
    .split(/\n|&&/)
    .map((line) => line.trim().replace(SETTING, ''))
    .filter((line) => line !== '' && !line.startsWith('#'));
  return commands.every((command) => NPM.test(command)) ? commands : undefined;
}

/** `npm start` → `start`; `npm ci` needs none. */
function scriptOf(command: string): string | undefined {
  const [, verb = '', name] = command.split(' ');
  return verb === 'ci' ? undefined : verb === 'run' ? name : verb;
}

const SHELL_BLOCKS = BLOCKS.filter(({ language }) => language === 'bash').map(({ text }) => text);
const NPM_BLOCKS = SHELL_BLOCKS.filter((text) => npmCommandsOf(text));
const CURL_BLOCKS = SHELL_BLOCKS.filter((text) => /\bcurl\b/.test(text));

describe('the commands of the README', () => {
  it('should be of a kind that is tested here', () => {
    expect(SHELL_BLOCKS.filter((text) => !NPM_BLOCKS.includes(text) && !CURL_BLOCKS.includes(text))).toEqual(
      [],
    );
    expect([NPM_BLOCKS.length, CURL_BLOCKS.length]).toEqual([expect.any(Number), 1]);
    expect(NPM_BLOCKS.length).toBeGreaterThanOrEqual(2);
  });

  it.each([
    ...NPM_BLOCKS.flatMap((text) => npmCommandsOf(text) ?? []),
    ...WORDS.filter((word) => word.startsWith('npm ')),
  ])('should have a script for %s', (command) => {
    expect(command).toMatch(NPM);
    const script = scriptOf(command);
    if (script !== undefined) expect(scripts).toHaveProperty([script]);
  });

  it('should set only variables that exist', () => {
    const known = new Set(Object.keys(loadConfig({})));
    const words = [...WORDS, ...NPM_BLOCKS.flatMap((text) => text.match(/^(?:[A-Z_]+=\S* )+/gm) ?? [])];
    const named = words
      .flatMap((word) => [...word.matchAll(/\b([A-Z]+(?:_[A-Z]+)+|ROLE|PORT|HOST)(?==|$)/g)])
      .map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('the links of the README', () => {
  const links = [...README.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);

  it.each(links.filter((link) => !/^https?:/.test(link)))('should find %s', (link) => {
    expect(existsSync(join(ROOT, link.replace(/#.*/, '')))).toBe(true);
  });
});

describe('the first campaign of the README', () => {
  let app: AppProcess;
  const here = (text: string): string => text.replaceAll('localhost:3000', `localhost:${app.port}`);

  beforeAll(async () => {
    app = await spawnApp({});
  });
  afterAll(() => app.kill());

  it.runIf(hasProgram('jq'))('should be called, typed as it stands', async () => {
    for (const block of CURL_BLOCKS) await bash(here(block));
    const { data } = await waitFor(
      async () => {
        const answer = await fetch(`${app.url}/api/v1/campaigns?status=completed`);
        const body = (await answer.json()) as { data: { totalCalls: number; successfulCalls: number }[] };
        return body.data.length === 1 ? body : undefined;
      },
      { timeoutMs: 30_000, message: 'the campaign to complete' },
    );
    expect(data).toMatchObject([{ totalCalls: 2, successfulCalls: 2 }]);
  });

  it.each([...README.matchAll(/<(http:\/\/localhost:3000[^>]*)>/g)].map(([, link = '']) => link))(
    'should have a page at %s',
    async (link) => {
      expect((await fetch(here(link))).status).toBe(200);
    },
  );
});
