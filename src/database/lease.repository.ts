import { Injectable } from '@nestjs/common';
import { newId } from '../common/index.js';
import { Database } from './database.js';

/**
 * "Only one process at a time does this", held in Postgres and timed by Postgres's clock. A holder that dies
 * loses the lease when it runs out; a holder that lives renews it by taking it again.
 */
@Injectable()
export class Leases {
  private readonly holder = newId();

  constructor(private readonly database: Database) {}

  /** Takes or renews the lease `name` for `ms`; false when another process holds it. */
  async take(name: string, ms: number): Promise<boolean> {
    const rows = await this.database.query(
      `INSERT INTO leases (name, holder, expires_at)
       VALUES ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
       ON CONFLICT (name) DO UPDATE SET holder = EXCLUDED.holder, expires_at = EXCLUDED.expires_at
       WHERE leases.holder = EXCLUDED.holder OR leases.expires_at < clock_timestamp()
       RETURNING name`,
      [name, this.holder, ms],
    );
    return rows.length === 1;
  }

  /** Gives the lease back, if this process holds it. */
  async release(name: string): Promise<void> {
    await this.database.query('DELETE FROM leases WHERE name = $1 AND holder = $2', [name, this.holder]);
  }

  /** Gives back whatever this process holds, so that a graceful stop makes nobody wait. */
  async releaseAll(): Promise<void> {
    await this.database.query('DELETE FROM leases WHERE holder = $1', [this.holder]);
  }
}
