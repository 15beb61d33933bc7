/** A server that runs as our child. */
export interface RunningService {
  url: string;
  pid: number;
  /** Settles when the server has ended, by `stop` or by itself. */
  exited: Promise<void>;
  /** Ends it cleanly, by force after about 12 s; resolves when it is gone. */
  stop(): Promise<void>;
}

export interface ServiceOptions {
  /** A folder of the service's own: its data, its log and its secrets (`state.json`, mode 0600). Made if missing. */
  dir: string;
  /** false gives up what was written last in a crash, for speed: for tests. */
  durable: boolean;
}
