import type { AnswerJudge } from './openapi/answer-judge.js';
import type { OpenApiDocument } from './openapi/document.js';

/** What the document speaks of; carrier callbacks and Swagger UI are not in it. */
const DOCUMENTED = /^\/(api\/v1|health)(\/|$)/i;

const plainFetch = globalThis.fetch;
const origins = new Set<string>();
const faults: string[] = [];
const pending = new Set<Promise<void>>();
let judge: Promise<AnswerJudge | null> = Promise.resolve(null);

/**
 * From now on every answer that `fetch` gets from this app is held against the document it publishes; what is wrong with
 * one fails the test that is running, whatever that test itself looks at.
 * @param origin e.g. `http://127.0.0.1:40123`
 */
export async function watchAnswersOf(origin: string): Promise<void> {
  origins.add(origin);
  globalThis.fetch = watchedFetch;
  // One document for all: the code is the same. An app that keeps its document to itself is judged by another's.
  judge = judge.then((known) => known ?? judgeOf(origin));
  await judge;
}

/** Tells what was wrong since it was last asked. @throws with one line for each answer */
export async function refuseFaults(): Promise<void> {
  await Promise.all(pending);
  const found = faults.splice(0);
  if (found.length > 0) throw new Error(`Not as the OpenAPI document says:\n${found.join('\n')}`);
}

async function judgeOf(origin: string): Promise<AnswerJudge | null> {
  const answer = await plainFetch(`${origin}/api-docs-json`);
  if (!answer.ok) return null;
  const document = (await answer.json()) as OpenApiDocument;
  const { AnswerJudge } = await import('./openapi/answer-judge.js');
  return new AnswerJudge(document);
}

async function watchedFetch(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const answer = await plainFetch(input, init);
  const { origin, pathname, search } = new URL(input instanceof Request ? input.url : input);
  if (!origins.has(origin) || !DOCUMENTED.test(pathname)) return answer;
  const method = (init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase();
  if (method === 'OPTIONS') return answer;
  const watching = watch(answer, method, pathname + search).finally(() => pending.delete(watching));
  pending.add(watching);
  return answer;
}

async function watch(answer: Response, method: string, path: string): Promise<void> {
  const type = answer.headers.get('content-type') ?? '';
  // A file is a stream, which a test may read as slowly as it likes.
  const text = /json\b/.test(type) && !type.includes('ndjson') ? textOf(answer.clone()) : Promise.resolve('');
  const received = await text;
  const known = await judge;
  if (received === null || known === null) return;
  const fault = known.faultOf({ method, path, status: answer.status, type, text: received });
  if (fault !== undefined) faults.push(fault);
}

/** Null: the connection broke before it was whole. */
function textOf(answer: Response): Promise<string | null> {
  return answer.text().catch(() => null);
}
