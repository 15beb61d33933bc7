import fc from 'fast-check';
import { Agent } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AnswerJudge } from '../../support/openapi/answer-judge.js';
import type { OpenApiDocument } from '../../support/openapi/document.js';
import { operationsOf, type OpenApi, type Operation } from '../wrong-input/operations.js';
import { send, type WireAnswer, type WrongRequest } from '../wrong-input/send.js';
import { faultOf } from '../wrong-input/verdict.js';
import { FuzzBooks, type Sent } from './fuzz-books.js';
import { requestsTo } from './fuzz-requests.js';
import { FuzzWorld } from './fuzz-world.js';

/** `npm run fuzz` sends 20,000. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 600);
/** The same requests in every run, but for the ids in them. */
const SEED = 20_261_126;
const AT_ONCE = 8;
/** Rounds before the first look at its memory: code is compiled, pools and caches fill. */
const WARM_UP = process.env.FUZZ_REQUESTS === undefined ? 1 : 4;
/** To every operation, in a round; things deleted are there again in the next. */
const EACH_ROUND = 6;
/**
 * Each request counts, those too that cost by right: passwords (argon2id, 25 ms of a core), bombs (a turn of the loop for every 16 kB until
 * their size is known). Beside the other specs, which take their part of the two cores, it proves less.
 */
const P99_MS = process.env.FUZZ_REQUESTS === undefined ? 2000 : 500;
/** What compiled code and opened connections may add to the first look: 5 MB of 20,000 requests, of which two thirds are code. Bytes. */
const KEPT = 15 * 1024 * 1024;
const KEPT_RSS = 100 * 1024 * 1024;
const MINUTE = 60_000;

let world: FuzzWorld;
let judge: AnswerJudge;
let operations: Operation[];
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

beforeAll(async () => {
  world = await FuzzWorld.start();
  const document: unknown = await (await fetch(`${world.url}/api-docs-json`)).json();
  judge = new AnswerJudge(document as OpenApiDocument);
  operations = operationsOf(document as OpenApi);
});
afterAll(async () => {
  agent.destroy();
  await world.close();
});

/** Some requests to every operation, those that delete at the end. */
async function roundOf(seed: number): Promise<WrongRequest[]> {
  const ids = await world.makeIds();
  const requests = operations.flatMap((operation, at) =>
    fc.sample(requestsTo(operation, ids), { seed: seed + at, numRuns: EACH_ROUND }),
  );
  const mixed = requests.map((request, at) => ({ request, order: (at * 7919) % requests.length }));
  mixed.sort((a, b) => a.order - b.order);
  return mixed.map(({ request }) => request).sort((a, b) => Number(isDelete(a)) - Number(isDelete(b)));
}

function isDelete({ method }: WrongRequest): boolean {
  return method === 'DELETE';
}

async function sendAll(requests: WrongRequest[]): Promise<Sent[]> {
  const left = [...requests];
  const sent: Sent[] = [];
  const work = async () => {
    for (let request = left.shift(); request; request = left.shift()) {
      const began = performance.now();
      const answer = await send(world.url, agent, request).catch((error: unknown): WireAnswer => ({
        status: 0,
        type: '',
        text: String(error),
      }));
      sent.push({ request, answer, ms: performance.now() - began });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return sent;
}

function sendRound(round: number, most = Infinity): Promise<Sent[]> {
  return roundOf(SEED + 1000 * round).then((requests) => sendAll(requests.slice(0, most)));
}

function complaintsOf(all: Sent[]): string[] {
  return all.flatMap((sent) => complaintOf(sent) ?? []);
}

/** Undefined: the answer is in the envelope and as the document says. */
function complaintOf({ request, answer }: Sent): string | undefined {
  const { method, path } = request;
  const what = `${method} ${path.slice(0, 200)} ${String(request.body).slice(0, 300)}`;
  if (answer.status === 0 || answer.status >= 500) return `${what} → ${answer.status} ${answer.text}`;
  // The policy on other origins' pages is no operation, and has no body.
  if (method === 'OPTIONS') return answer.status === 204 ? undefined : `${what} → ${answer.status}`;
  const refused = answer.status >= 400 && method !== 'HEAD' ? faultOf(answer) : undefined;
  const fault = refused ?? judge.faultOf({ method, path, ...answer });
  return fault === undefined ? undefined : `${what} → ${fault}`;
}

describe('any request at all', () => {
  it(
    `should be answered in the envelope, as the document says, fast, and leave no memory behind, ${REQUESTS} times`,
    async () => {
      const complaints: string[] = [];
      for (let round = 0; round < WARM_UP; round += 1)
        complaints.push(...complaintsOf(await sendRound(round)));
      const before = await world.memory();
      const books = new FuzzBooks();
      const began = performance.now();
      for (let round = WARM_UP; books.length < REQUESTS; round += 1) {
        const all = await sendRound(round, REQUESTS - books.length);
        complaints.push(...complaintsOf(all));
        for (const sent of all) books.add(sent);
      }
      const seconds = (performance.now() - began) / 1000;
      const after = await world.memory();
      process.stdout.write(`${books.verdict(before, after, seconds)}\n`);
      expect(complaints).toEqual([]);
      expect(world.complaints()).toEqual([]);
      expect(books.percentile(99)).toBeLessThan(P99_MS);
      expect(after.used - before.used).toBeLessThan(KEPT);
      expect(after.rss - before.rss).toBeLessThan(KEPT_RSS);
    },
    30 * MINUTE,
  );
});
