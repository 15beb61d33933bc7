import type { PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';

/** One transaction of `Database.pipelined`. */
export class Pipeline {
  private committed?: Promise<unknown>;
  private isGathering = false;

  constructor(private readonly client: PoolClient) {
    // Should it fail, so does every statement after it, and says so.
    this.query({ text: 'BEGIN' }).catch(() => undefined);
  }

  /** Sends a statement; it is done after those before it. */
  query<R extends QueryResultRow>(statement: QueryConfig): Promise<QueryResult<R>> {
    this.gather();
    return this.client.query<R>(statement);
  }

  /**
   * Sends the commit right behind what was asked for: a last statement need not be waited for. Where that one fails
   * Postgres takes all of it back instead.
   */
  async commit(): Promise<void> {
    this.committed ??= this.query({ text: 'COMMIT' });
    await this.committed;
  }

  /** What is asked for in one turn of the loop leaves in one write: each wakes Postgres, and takes the processor. */
  private gather(): void {
    if (this.isGathering) return;
    this.isGathering = true;
    const { stream } = this.client.connection;
    stream.cork();
    process.nextTick(() => {
      this.isGathering = false;
      stream.uncork();
    });
  }
}
