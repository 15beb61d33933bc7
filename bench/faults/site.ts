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

/** Takes a service away and brings it back to its address; cleanly, or as kill -9 would. */
export type Restart = (options: { kill: boolean; awayMs: number }) => Promise<void>;

/** The services of a run's own, to be taken away. */
export interface Outages {
  postgres: Restart;
  redis: Restart;
  /** Empties Redis. */
  flush(): Promise<void>;
}

/** A site of the run's own. */
export interface OwnedSite extends Site {
  outages: Outages;
}
