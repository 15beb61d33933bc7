import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../database/index.js';

@Injectable()
export class SetupRepository {
  constructor(private readonly database: Database) {}

  async insert(hash: Buffer, hours: number): Promise<void> {
    await this.database.run(
      `INSERT INTO setup_tokens (hash, expires_at) VALUES ($1, now() + $2 * interval '1 hour')`,
      [hash, hours],
    );
  }

  /** Whether it is worth hashing a password for: that takes 25 ms, and anybody may ask. */
  async isKnown(hash: Buffer): Promise<boolean> {
    return (await this.database.query('SELECT 1 FROM setup_tokens WHERE hash = $1', [hash])).length > 0;
  }

  /** True where the token was there and in force; it is gone then. */
  async take(hash: Buffer, tx: Tx): Promise<boolean> {
    const sql = 'DELETE FROM setup_tokens WHERE hash = $1 AND expires_at > now()';
    return (await this.database.run(sql, [hash], tx)).affected === 1;
  }

  /** `over`: only those that are of no use any more. */
  async deleteAll(tx?: Tx, over = false): Promise<void> {
    await this.database.run('DELETE FROM setup_tokens WHERE NOT $1 OR expires_at <= now()', [over], tx);
  }

  /** The workspace of this name, made if there is none. Two of one name: the older. */
  async workspaceNamed(name: string, id: string, tx: Tx): Promise<string> {
    const [known] = await this.database.query<{ id: string }>(
      'SELECT id FROM workspaces WHERE name = $1 ORDER BY id LIMIT 1',
      [name],
      tx,
    );
    if (known) return known.id;
    await this.database.run('INSERT INTO workspaces (id, name) VALUES ($1, $2)', [id, name], tx);
    return id;
  }
}
