const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const PLACEHOLDER_ID = /^(cmggzkcrc0000sbanzqb7a2hc|lead_abc123|agent_xyz)$/;

/**
 * What an answer lacks of a documented one, by path; empty if nothing. Every documented key must be there with a
 * value of the same JSON type; more keys may be. A documented array with an entry stands for one or more like it.
 */
export function differences(documented: unknown, actual: unknown, path = 'answer'): string[] {
  if (Array.isArray(documented)) return ofArray(documented, actual, path);
  if (isObject(documented)) return ofObject(documented, actual, path);
  const complaint = complaintOf(documented, actual);
  return complaint ? [`${path}: ${complaint}, but is ${JSON.stringify(actual) ?? 'missing'}`] : [];
}

function ofArray(documented: unknown[], actual: unknown, path: string): string[] {
  if (!Array.isArray(actual)) return [`${path}: should be an array`];
  const [example] = documented;
  if (example === undefined) return [];
  if (actual.length === 0) return [`${path}: should have entries`];
  return actual.flatMap((entry: unknown, index) => differences(example, entry, `${path}.${index}`));
}

function ofObject(documented: Record<string, unknown>, actual: unknown, path: string): string[] {
  if (!isObject(actual)) return [`${path}: should be an object`];
  return Object.entries(documented).flatMap(([key, value]) =>
    key in actual ? differences(value, actual[key], `${path}.${key}`) : [`${path}.${key}: is missing`],
  );
}

function complaintOf(documented: unknown, actual: unknown): string | undefined {
  // A documented null is a time that has not come.
  if (documented === null)
    return actual === null || isInstant(actual) ? undefined : 'should be null or a time';
  if (typeof documented === 'number') return Number.isInteger(actual) ? undefined : 'should be an integer';
  if (typeof actual !== typeof documented) return `should be a ${typeof documented}`;
  if (isInstant(documented)) return isInstant(actual) ? undefined : 'should be a time in UTC';
  const isId = typeof documented === 'string' && PLACEHOLDER_ID.test(documented);
  return isId && !UUID.test(String(actual)) ? 'should be an id' : undefined;
}

function isInstant(value: unknown): boolean {
  return typeof value === 'string' && INSTANT.test(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
