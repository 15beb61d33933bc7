import { finished } from 'node:stream/promises';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg, { type PoolClient, type QueryResultRow } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { DataSource, QueryFailedError, type EntityManager, type QueryRunner } from 'typeorm';
import { Line, Pipeline } from './pipeline.js';
import { connectionOptions, SYSTEM_ROLE } from './roles.js';
import { workspaceId } from './workspace.js';

/** One transaction, handed down explicitly: who writes in it says so in its signature. */
export type Tx = EntityManager | Pipeline;

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
/** Beside those of the pool, this part of its size. */
const PIPELINES = 0.4;
/**
 * Their statements are planned once, whatever the values: for lists of ids Postgres would often think that a plan for just
 * these is worth making, each time anew, 500 times of 500 for the insert of a claim.
 */
const PLANNED_ONCE = '-c plan_cache_mode=force_generic_plan';
/**
 * A free connection of theirs is kept so long, milliseconds: the next burst of calls would wait for a new one, and for all its
 * plans, after the pool's usual 10 s. Less than a firewall's patience.
 */
const KEPT_FREE_MS = 60_000;

/** The way to Postgres: transactions for services, hand-written SQL for repositories. */
@Injectable()
export class Database implements OnApplicationShutdown {
  private readonly names = new Map<string, string>();
  private pipelines?: pg.Pool;

  constructor(private readonly source: DataSource) {}

  /** Runs `work` in one transaction (READ COMMITTED): committed when it returns, rolled back when it throws. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.source.transaction(work);
  }

  /**
   * `query` for what the system does for each call: its plan is made once a connection.
   * @param behind may begin one transaction that follows the statement on its connection, without waiting for the answer: it
   * sees what the statement did, a way to Postgres and back earlier
   */
  async repeated<R>(sql: string, parameters: unknown[] = [], behind?: (line: Line) => void): Promise<R[]> {
    const client = await this.pipelinePool().connect();
    const line = new Line(client);
    try {
      const statement = { name: this.nameOf(sql), text: sql, values: parameters };
      const answer = client.query<R & QueryResultRow>(statement);
      behind?.(line);
      const { rows } = await answer;
      line.leave();
      return rows;
    } catch (error) {
      line.leave(!(error instanceof pg.DatabaseError));
      throw failureOf({ text: sql, values: parameters }, error);
    }
  }

  /**
   * `transaction` whose statements go out without waiting for the answers of those before them: what `work` asks for
   * at once costs one way to Postgres and back together. They are done one after the other, each seeing what those before it
   * waited for. For the system alone, as `repeated`.
   * @param ready what must be at hand before it begins: work that would ask for another connection amid it
   */
  async pipelined<T>(work: (tx: Pipeline) => Promise<T>, ready?: Promise<unknown>): Promise<T> {
    await ready;
    const line = new Line(await this.pipelinePool().connect());
    try {
      return await line.pipelined(work);
    } finally {
      line.leave();
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pipelines?.end();
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
    const own = tx ? undefined : this.source.createQueryRunner();
    try {
      // A pipeline's statement is in its queue before this returns: that is what orders them.
      const result =
        tx instanceof Pipeline
          ? await tx.query<R & QueryResultRow>(statement)
          : await (await clientOf(tx ?? own)).query<R & QueryResultRow>(statement);
      return { rows: result.rows, affected: result.rowCount ?? 0 };
    } catch (error) {
      throw failureOf(statement, error);
    } finally {
      await own?.release();
    }
  }

  /** Runs a `COPY … FROM STDIN` in `tx` with `rows` in COPY's text format, which are read until it answers. */
  async copy(sql: string, rows: Uint8Array, tx: Tx): Promise<void> {
    const copy = (await clientOf(tx)).query(copyFrom(sql));
    copy.end(rows);
    await finished(copy);
  }

  /** Connections of their own: a COPY and what else keeps a portal open cannot share one with statements behind it. */
  private pipelinePool(): pg.Pool {
    // They see the rows of all workspaces.
    if (workspaceId() !== undefined) throw new Error('A request has asked for the connections of the dialer');
    if (this.pipelines) return this.pipelines;
    const { url, extra } = this.source.options as { url: string; extra: pg.PoolConfig };
    const max = Math.max(1, Math.floor((extra.max ?? 10) * PIPELINES));
    const options = `${connectionOptions(SYSTEM_ROLE)} ${PLANNED_ONCE}`;
    const pool = { ...extra, max, connectionString: url, options, idleTimeoutMillis: KEPT_FREE_MS };
    this.pipelines = new pg.Pool({ ...pool, pipeline: true });
    // A connection that breaks says so to whoever waits for an answer of it; the next one is made anew.
    this.pipelines.on('error', () => undefined);
    this.pipelines.on('connect', (client) => client.on('error', () => undefined));
    return this.pipelines;
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

function failureOf({ text, values }: Statement, error: unknown): QueryFailedError {
  return new QueryFailedError(text, values, error instanceof Error ? error : new Error(String(error)));
}

/** The connection of a TypeORM transaction or runner. @throws Error for a pipeline, whose statements go through it */
async function clientOf(owner: Tx | QueryRunner | undefined): Promise<PoolClient> {
  if (owner instanceof Pipeline) throw new Error('A pipeline has no room for a COPY');
  const runner = owner && 'manager' in owner ? owner : owner?.queryRunner;
  return (await runner?.connect()) as PoolClient;
}
