import { finished } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import type { PoolClient, QueryResultRow } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { DataSource, QueryFailedError, type EntityManager } from 'typeorm';

/** One transaction, handed down explicitly: who writes in it says so in its signature. */
export type Tx = EntityManager;

/** Rows of a statement written by hand, and how many it touched. */
export interface SqlResult<R> {
  rows: R[];
  affected: number;
}

interface Statement {
  /** Undefined: parsed and planned each time. */
  name?: string;
  text: string;
  values: unknown[];
}

const MOST_NAMES = 500;

/** The way to Postgres: transactions for services, hand-written SQL for repositories. */
@Injectable()
export class Database {
  private readonly names = new Map<string, string>();

  constructor(private readonly source: DataSource) {}

  /** Runs `work` in one transaction (READ COMMITTED): committed when it returns, rolled back when it throws. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.source.transaction(work);
  }

  /** Runs one statement, in `tx` or by itself, and answers its rows. */
  async query<R>(sql: string, parameters: unknown[] = [], tx?: Tx): Promise<R[]> {
    return (await this.run<R>(sql, parameters, tx)).rows;
  }

  /**
   * `query` for lists: planned each time, with its values. Which index serves depends on them, and a plan kept for any
   * values is one for none.
   */
  async read<R>(sql: string, parameters: unknown[] = []): Promise<R[]> {
    return (await this.send<R>({ text: sql, values: parameters })).rows;
  }

  /** Like `query`, for when the number of touched rows matters. */
  run<R>(sql: string, parameters: unknown[] = [], tx?: Tx): Promise<SqlResult<R>> {
    return this.send<R>({ name: this.nameOf(sql), text: sql, values: parameters }, tx);
  }

  private async send<R>(statement: Statement, tx?: Tx): Promise<SqlResult<R>> {
    const own = tx?.queryRunner ? undefined : this.source.createQueryRunner();
    try {
      const client = (await (tx?.queryRunner ?? own)?.connect()) as PoolClient;
      const result = await client.query<R & QueryResultRow>(statement);
      return { rows: result.rows, affected: result.rowCount ?? 0 };
    } catch (error) {
      throw new QueryFailedError(
        statement.text,
        statement.values,
        error instanceof Error ? error : new Error(String(error)),
      );
    } finally {
      await own?.release();
    }
  }

  /** Runs a `COPY … FROM STDIN` in `tx` with `rows` in COPY's text format, which are read until it answers. */
  async copy(sql: string, rows: Uint8Array, tx: Tx): Promise<void> {
    const client = (await tx.queryRunner?.connect()) as PoolClient;
    const copy = client.query(copyFrom(sql));
    copy.end(rows);
    await finished(copy);
  }

  /**
   * A named statement is parsed and planned once per connection, not each time: that was half of Postgres's work
   * while dialing. Texts are constants; should one ever be put together from values, it stays unnamed beyond the limit.
   */
  private nameOf(sql: string): string | undefined {
    const known = this.names.get(sql);
    if (known !== undefined || this.names.size >= MOST_NAMES) return known;
    const name = `s${this.names.size}`;
    this.names.set(sql, name);
    return name;
  }
}
