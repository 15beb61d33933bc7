/** Something that was open from one instant to another (not included). */
export interface Span<T> {
  from: number;
  /** Infinity: still open. */
  to: number;
  of: T;
}

/** The instant at which most spans were open at once, and who they were; an end comes before a start of the same instant. */
export function mostAtOnce<T>(spans: readonly Span<T>[]): { count: number; at: number; open: T[] } {
  const edges = spans.flatMap((span) => [
    { at: span.from, step: 1, span },
    ...(span.to === Infinity ? [] : [{ at: span.to, step: -1, span }]),
  ]);
  edges.sort((a, b) => a.at - b.at || a.step - b.step);
  const open = new Set<Span<T>>();
  let most = { count: 0, at: 0, open: [] as T[] };
  for (const { at, step, span } of edges) {
    if (step > 0) open.add(span);
    else open.delete(span);
    if (open.size > most.count) most = { count: open.size, at, open: [...open].map((each) => each.of) };
  }
  return most;
}

/** Neighbours of which the later began before the earlier was over. */
export function overlapping<T>(spans: readonly Span<T>[]): [Span<T>, Span<T>][] {
  const sorted = spans.toSorted((a, b) => a.from - b.from);
  const found: [Span<T>, Span<T>][] = [];
  let last: Span<T> | undefined;
  for (const span of sorted) {
    if (last && span.from < last.to) found.push([last, span]);
    if (!last || span.to > last.to) last = span;
  }
  return found;
}
