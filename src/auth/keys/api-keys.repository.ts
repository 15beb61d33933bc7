import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type Repository } from 'typeorm';
import { newId, sliceOf, startOf, type Page, type Paged } from '../../common/index.js';
import { Database, type Tx } from '../../database/index.js';
import { ApiKey } from './api-key.entity.js';

/** What a key is made with. */
export type ApiKeyFields = Pick<
  ApiKey,
  'workspaceId' | 'name' | 'prefix' | 'hash' | 'role' | 'scopes' | 'createdBy' | 'expiresAt'
>;

const NEWEST_FIRST = { name: 'api-keys', key: ['id'] } as const;

const COLUMNS = `id, workspace_id AS "workspaceId", name, prefix, hash, role, scopes, created_by AS "createdBy",
  expires_at AS "expiresAt", revoked_at AS "revokedAt", last_used_at AS "lastUsedAt",
  replaced_by AS "replacedBy", created_at AS "createdAt"`;

/** All but the two that serve authentication see one workspace only. */
@Injectable()
export class ApiKeysRepository {
  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly database: Database,
  ) {}

  /** Of any workspace: whose it is, is what is asked. */
  async findByPrefix(prefix: string): Promise<ApiKey | undefined> {
    const sql = `SELECT ${COLUMNS} FROM api_keys WHERE prefix = $1`;
    return (await this.database.query<ApiKey>(sql, [prefix]))[0];
  }

  /** Other processes may have just written it: one of them is enough. */
  async touch(id: string): Promise<void> {
    await this.database.run(
      `UPDATE api_keys SET last_used_at = now()
        WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
      [id],
    );
  }

  async find(id: string, workspaceId: string): Promise<ApiKey | null> {
    return this.keys.findOneBy({ id, workspaceId });
  }

  /** Newest first, with those that are revoked. */
  async list(page: Page, workspaceId: string): Promise<Paged<ApiKey>> {
    const { after, offset, take } = startOf(page, NEWEST_FIRST);
    const beyond = after ? { id: LessThan(String(after[0])) } : {};
    const [rows, total] = await Promise.all([
      this.keys.find({ where: { workspaceId, ...beyond }, order: { id: 'DESC' }, skip: offset, take }),
      this.keys.countBy({ workspaceId }),
    ]);
    return { ...sliceOf(rows, page, NEWEST_FIRST, ({ id }) => [id]), total };
  }

  async insert(fields: ApiKeyFields, tx: Tx): Promise<ApiKey> {
    const { workspaceId, name, prefix, hash, role, scopes, createdBy, expiresAt } = fields;
    const [key] = await this.database.query<ApiKey>(
      `INSERT INTO api_keys (id, workspace_id, name, prefix, hash, role, scopes, created_by, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING ${COLUMNS}`,
      [newId(), workspaceId, name, prefix, hash, role, scopes, createdBy, expiresAt],
      tx,
    );
    if (!key) throw new Error('A key was not inserted');
    return key;
  }

  /** Holds the key's row until the transaction ends. */
  async lock(id: string, workspaceId: string, tx: Tx): Promise<ApiKey | undefined> {
    const sql = `SELECT ${COLUMNS} FROM api_keys WHERE id = $1 AND workspace_id = $2 FOR UPDATE`;
    return (await this.database.query<ApiKey>(sql, [id, workspaceId], tx))[0];
  }

  /** Gives way to `by`: ends after `overlapS` seconds, or when it would have ended anyway. */
  async replace(id: string, by: string, overlapS: number, tx: Tx): Promise<void> {
    await this.database.run(
      `UPDATE api_keys SET replaced_by = $2, expires_at = LEAST(expires_at, now() + $3 * interval '1 second')
        WHERE id = $1`,
      [id, by, overlapS],
      tx,
    );
  }

  async revoke(id: string, tx: Tx): Promise<void> {
    await this.database.run('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [id], tx);
  }
}
