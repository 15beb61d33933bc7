interface Failure {
  error?: string;
  details?: string;
}

/** One request with JSON in and out. @throws an answer that is not 2xx, with its words */
export async function request<T>(method: string, url: string, body?: unknown): Promise<T> {
  const answer = await fetch(url, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
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
