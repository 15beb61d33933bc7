import type { Cleanup } from './support/cleanup.js';

/** What the command line asks of a scenario. */
export interface RunOptions {
  /** How often it is repeated. */
  runs: number;
  /** 0: one process that does everything; else one API process and so many workers. */
  workers: number;
  /** How many rows the scenario's files have, where it has files. */
  rows: number;
  /** How many leads the campaign of `dial` has; undefined: as many as the scenario says. */
  leads: number | undefined;
  /** A folder for CPU profiles of the app's processes. */
  profileDir: string | undefined;
  /** Aborted by Ctrl-C and when the time is up. */
  signal: AbortSignal;
}

export interface Outcome {
  /** One line of JSON. */
  line: Record<string, unknown>;
  /** What must hold however slow the machine is, and did not. */
  broken: string[];
}

export interface Scenario {
  /** One sentence for the list. */
  words: string;
  /** After so long one run is given up. Milliseconds. */
  timeoutMs: number;
  run(options: RunOptions, cleanup: Cleanup): Promise<Outcome>;
}
