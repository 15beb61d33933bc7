/** What a greeting may speak of. */
export interface GreetingValues {
  /** The lead's name. */
  name: string | null;
  /** The agent's name. */
  agent: string | null;
  metadata: Record<string, unknown>;
  /** What offers a key against further calls; null: none is offered. */
  optOut?: string | null;
  /** The key it speaks of. */
  digit?: string;
}

const PLACEHOLDER = /\{\{\s*([\w.-]{1,100})\s*\}\}/g;

/** Said where no agent is assigned, or the agent has no greeting of its own. */
export const DEFAULT_GREETING = 'Hello {{name}}. This is {{agent}}. Thank you for your time. Goodbye.';

const DEFAULT_AGENT = 'an automated call';

/** Fills `{{name}}`, `{{agent}}`, `{{optOut}}`, `{{digit}}` and `{{metadata.some.path}}`; what is not there is left out, spaces tidied. */
export function renderGreeting(template: string, values: GreetingValues): string {
  return template
    .replace(PLACEHOLDER, (_, placeholder: string) => wordsFor(placeholder, values))
    .replace(/ {2,}/g, ' ')
    .replace(/ ([.,!?])/g, '$1')
    .trim();
}

/** What is said in the place of one placeholder; empty: there is no such value. */
export function wordsFor(placeholder: string, values: GreetingValues): string {
  if (placeholder === 'agent') return values.agent ?? DEFAULT_AGENT;
  return textAt(values, placeholder.split('.'));
}

/** The paths that a template speaks of, each once, in their order. */
export function placeholdersOf(template: string): string[] {
  return [...new Set([...template.matchAll(PLACEHOLDER)].map(([, path = '']) => path))];
}

/** Own properties only: a path never reaches into a prototype. */
function textAt(from: unknown, path: string[]): string {
  const [first, ...rest] = path;
  if (first === undefined) return typeof from === 'string' || typeof from === 'number' ? String(from) : '';
  if (typeof from !== 'object' || from === null || !Object.hasOwn(from, first)) return '';
  return textAt((from as Record<string, unknown>)[first], rest);
}
