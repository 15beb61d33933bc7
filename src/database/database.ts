import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** One transaction, handed down explicitly: who writes in it says so in its signature. */
export type Tx = EntityManager;

/** Rows of a statement written by hand, and how many it touched. */
export interface SqlResult<R> {
  rows: R[];
  affected: number;
}

/** The way to Postgres: transactions for services, hand-written SQL for repositories. */
@Injectable()
export class Database {
  constructor(private readonly source: DataSource) {}

  /** Runs `work` in one transaction (READ COMMITTED): committed when it returns, rolled back when it throws. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.source.transaction(work);
  }

  /** Runs one statement, in `tx` or by itself, and answers its rows. */
  async query<R>(sql: string, parameters: unknown[] = [], tx?: Tx): Promise<R[]> {
    return (await this.run<R>(sql, parameters, tx)).rows;
  }

  /** Like `query`, for when the number of touched rows matters. */
  async run<R>(sql: string, parameters: unknown[] = [], tx?: Tx): Promise<SqlResult<R>> {
    const runner = tx?.queryRunner;
    const own = runner ? undefined : this.source.createQueryRunner();
    try {
      const result = await (runner ?? own)?.query(sql, parameters, true);
      return { rows: (result?.records ?? []) as R[], affected: result?.affected ?? 0 };
    } finally {
      await own?.release();
    }
  }
}
