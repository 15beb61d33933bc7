import { Injectable } from '@nestjs/common';
import { andOwn, Database } from '../database/index.js';

@Injectable()
export class CallbackTalliesRepository {
  constructor(private readonly database: Database) {}

  /** Adds to today's numbers, in one statement. */
  async add(counts: Map<string, number>): Promise<void> {
    await this.database.run(
      `INSERT INTO callback_tallies (day, result, count)
       SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date, result, count
         FROM unnest($1::text[], $2::bigint[]) AS t (result, count) ORDER BY result
       ON CONFLICT (day, result) DO UPDATE SET count = callback_tallies.count + EXCLUDED.count`,
      [[...counts.keys()], [...counts.values()]],
    );
  }

  /** All days together. They are the installation's, which is the default workspace's to look after: others see none. */
  async totals(): Promise<Map<string, number>> {
    const values: unknown[] = [];
    const rows = await this.database.query<{ result: string; total: number }>(
      `SELECT result, sum(count)::float8 AS total FROM callback_tallies WHERE true${andOwn(values)} GROUP BY result`,
      values,
    );
    return new Map(rows.map((row) => [row.result, row.total]));
  }
}
