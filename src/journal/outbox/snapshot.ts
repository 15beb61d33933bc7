/** What `to_jsonb(row)` made of a row. */
export type Snapshot = Record<string, unknown>;

/**
 * A row as the code knows it, of a row as JSON: names in camel case, and instants (columns that end in `_at`) as Dates. What is
 * inside a column stays as it is; a property that has another name than its column is left for the caller.
 */
export function rowOf<T extends object>(Entity: new () => T, snapshot: Snapshot): T {
  const entries = Object.entries(snapshot).map(([column, value]): [string, unknown] => {
    const name = column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return [name, column.endsWith('_at') && typeof value === 'string' ? new Date(value) : value];
  });
  return Object.assign(new Entity(), Object.fromEntries(entries));
}
