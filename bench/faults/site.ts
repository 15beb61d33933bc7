/** Where a run takes place: everything around the product's own processes. */
export interface Site {
  /** The product's entry, compiled. */
  main: string;
  /** For logs and the product's data; gone afterwards. */
  dir: string;
  databaseUrl: string;
  redisUrl: string;
  carrier: { url: string; accountSid: string; authToken: string };
}

/** A site whose Postgres and Redis may be taken away and brought back. */
export interface OwnedSite extends Site {
  postgres: Outage;
  redis: Outage;
}

/** A service of the run's own. */
export interface Outage {
  /** Stops it, cleanly or as kill -9 would, waits, and starts it where it was. */
  restart(options: { kill: boolean; awayMs: number }): Promise<void>;
}
