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

/** A connection that several use one behind the other, and that is free again when the last of them has left it. */
export class Line {
  private users = 1;
  private isBroken = false;

  constructor(private readonly client: PoolClient) {}

  /** One transaction, behind what was asked for before: see `Database.pipelined`. */
  async pipelined<T>(work: (tx: Pipeline) => Promise<T>, ready?: Promise<unknown>): Promise<T> {
    this.users += 1;
    try {
      await ready;
      return await this.transaction(work);
    } finally {
      this.leave();
    }
  }

  /** @param isBroken the connection is not used again */
  leave(isBroken = false): void {
    this.isBroken ||= isBroken;
    this.users -= 1;
    if (this.users === 0) this.client.release(this.isBroken || undefined);
  }

  private async transaction<T>(work: (tx: Pipeline) => Promise<T>): Promise<T> {
    const tx = new Pipeline(this.client);
    try {
      const result = await work(tx);
      await tx.commit();
      return result;
    } catch (error) {
      // It may be the connection that failed.
      await this.client.query('ROLLBACK').catch(() => (this.isBroken = true));
      throw error;
    }
  }
}
