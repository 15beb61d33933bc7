/** One change, as the service that made it tells it. No person's data: ids, and numbers by `maskPhone`. */
export interface Change {
  /** What was done, `<entity>.<past participle>`: `campaign.started`. */
  action: string;
  /** `campaign`, `lead`. */
  entity: string;
  /** None: many at once, or it is gone by another name. */
  entityId?: string | null;
  /** The campaign it is about, where there is one. */
  campaignId?: string | null;
  before?: object | null;
  after?: object | null;
  /** Counts and causes. */
  details?: object | null;
}

/** Characters: prompts may be pages, and the log is read in lists. */
const LONGEST_TEXT = 1000;
const SECRET = /passw|secret|token|authorization|api_?key|hash/i;

/** The fields of `given` that differ from what they were, both ways; absent ones are no change. */
export function changed(was: object, given: object): Required<Pick<Change, 'before' | 'after'>> {
  const before: Record<string, unknown> = Object.fromEntries(Object.entries(was));
  const fields = Object.entries(given).filter(
    ([name, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(before[name]),
  );
  return {
    before: Object.fromEntries(fields.map(([name]) => [name, before[name] ?? null])),
    after: Object.fromEntries(fields),
  };
}

/** As it is stored: long texts cut, and whatever is called a secret left out. */
export function storable(value: object | null | undefined): string | null {
  if (!value) return null;
  return JSON.stringify(value, (name, inner: unknown) => {
    if (SECRET.test(name)) return '[secret]';
    return typeof inner === 'string' && inner.length > LONGEST_TEXT
      ? `${inner.slice(0, LONGEST_TEXT)}…`
      : inner;
  });
}
