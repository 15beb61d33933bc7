import { Agent, request as httpRequest } from 'node:http';

/** One form to post. */
export interface Shot {
  path: string;
  body: string;
  headers: Record<string, string>;
}

export interface Volley {
  /** From the first request to the last answer. Seconds. */
  seconds: number;
  /** From the writing of each request to the end of its answer. Milliseconds. */
  answersMs: number[];
  /** Answers that were not 204, by their status. */
  refused: Record<string, number>;
}

export interface Range {
  /** e.g. `http://127.0.0.1:40123` */
  base: string;
  /** Kept alive, each with one request under way at any time. */
  connections: number;
  signal: AbortSignal;
}

/** Posts every series, its shots one after another, as many series at once as there are connections. */
export async function fire(series: Shot[][], { base, connections, signal }: Range): Promise<Volley> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const volley: Volley = { seconds: 0, answersMs: [], refused: {} };
  const left = series.values();
  const serve = async (): Promise<void> => {
    for (const shots of left) for (const shot of shots) await take(base, shot, agent, volley, signal);
  };
  const began = performance.now();
  try {
    await Promise.all(Array.from({ length: connections }, serve));
  } finally {
    agent.destroy();
  }
  volley.seconds = (performance.now() - began) / 1000;
  return volley;
}

async function take(
  base: string,
  shot: Shot,
  agent: Agent,
  volley: Volley,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const began = performance.now();
  const status = await post(base + shot.path, shot, agent);
  volley.answersMs.push(performance.now() - began);
  if (status !== 204) volley.refused[status] = (volley.refused[status] ?? 0) + 1;
}

function post(url: string, { body, headers }: Shot, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const length = { 'Content-Length': Buffer.byteLength(body) };
    const request = httpRequest(url, { method: 'POST', agent, headers: { ...headers, ...length } });
    request.once('error', reject);
    request.once('response', (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0)).once('error', reject);
    });
    request.end(body);
  });
}
