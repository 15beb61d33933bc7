import { Injectable, Logger } from '@nestjs/common';
import { Database, type Tx } from '../../database/index.js';

/** Answers one campaign that is due, locked until `tx` ends, and none of `except`. */
type Take<R> = (tx: Tx, except: string[]) => Promise<R | undefined>;

/** Serves campaigns that are due, one after the other. */
@Injectable()
export class DueCampaigns {
  private readonly log = new Logger(DueCampaigns.name);

  constructor(private readonly database: Database) {}

  /**
   * Takes and serves each in a transaction of its own, until none is left. One that fails is left for the next time: it must
   * not keep the others from their turn.
   * @param serve answers whether the campaign is to be told of
   * @param done called once that is committed
   */
  async each<R extends { id: string }>(
    take: Take<R>,
    serve: (tx: Tx, row: R) => Promise<boolean>,
    done: (row: R) => Promise<void>,
  ): Promise<string[]> {
    const tried: string[] = [];
    const served: string[] = [];
    for (;;) {
      const { row, isServed } = await this.next(take, serve, tried);
      if (!row) return served;
      tried.push(row.id);
      if (!isServed) continue;
      served.push(row.id);
      await done(row);
    }
  }

  private async next<R extends { id: string }>(
    take: Take<R>,
    serve: (tx: Tx, row: R) => Promise<boolean>,
    except: string[],
  ): Promise<{ row: R | undefined; isServed: boolean }> {
    let row: R | undefined;
    try {
      const isServed = await this.database.transaction(async (tx) => {
        row = await take(tx, except);
        return row ? await serve(tx, row) : false;
      });
      return { row, isServed };
    } catch (error) {
      if (!row) throw error;
      this.log.error(`Campaign ${row.id} is due and was not served: ${String(error)}`);
      return { row, isServed: false };
    }
  }
}
