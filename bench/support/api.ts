interface Failure {
  error?: string;
  details?: string;
}

/** A kept-alive connection that the app closes while a run keeps us busy would fail the next request. */
const HEADERS = { 'Content-Type': 'application/json', Connection: 'close' };

/** One request with JSON in and out. @throws an answer that is not 2xx, with its words, or why there was none */
export async function request<T>(method: string, url: string, body?: unknown): Promise<T> {
  const content = body === undefined ? undefined : JSON.stringify(body);
  const answer = await fetch(url, { method, headers: HEADERS, body: content }).catch((error: unknown) => {
    const cause = error instanceof Error ? error.cause : error;
    throw new Error(`${method} ${url}: no answer (${String(cause)})`, { cause: error });
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${wordsOf(text)}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

function wordsOf(text: string): string {
  try {
    const { error = '', details = '' } = JSON.parse(text) as Failure;
    return `${error} ${details}`.trim();
  } catch {
    return text.slice(0, 200);
  }
}
