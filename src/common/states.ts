/** A life as data: from each state, the states that may follow. */
export type TransitionTable<S extends string> = Readonly<Record<S, readonly S[]>>;

/** The states from which `to` can be reached in one move: the `where status in (…)` of a guarded update. */
export function sourcesOf<S extends string>(table: TransitionTable<S>, to: S): S[] {
  return statesOf(table).filter((from) => table[from].includes(to));
}

export function statesOf<S extends string>(table: TransitionTable<S>): S[] {
  return Object.keys(table).filter((key): key is S => key in table);
}

/** States nothing follows. */
export function terminalStatesOf<S extends string>(table: TransitionTable<S>): S[] {
  return statesOf(table).filter((state) => table[state].length === 0);
}
