import type { PoolClient } from 'pg';

/** One transaction of `Database.pipelined`. */
export class Pipeline {
  private committed?: Promise<unknown>;

  constructor(readonly client: PoolClient) {
    // Should it fail, so does every statement after it, and says so.
    client.query('BEGIN').catch(() => undefined);
  }

  /**
   * Sends the commit right behind what was asked for: a last statement need not be waited for. Where that one fails
   * Postgres takes all of it back instead.
   */
  async commit(): Promise<void> {
    this.committed ??= this.client.query('COMMIT');
    await this.committed;
  }
}
