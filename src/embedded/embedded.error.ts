/** An embedded service that cannot be had. The message is one plain sentence for whoever started the app. */
export class EmbeddedError extends Error {
  override name = 'EmbeddedError';
}

/** The sentence to show for any error: ours as it is, others with their first line. */
export function sentenceOf(error: unknown): string {
  if (error instanceof EmbeddedError) return error.message;
  const text = error instanceof Error ? error.message : String(error);
  return `The embedded services failed: ${text.split('\n')[0]}`;
}
