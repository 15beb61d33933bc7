import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type Repository } from 'typeorm';
import { newId, sliceOf, startOf, type Page, type Paged } from '../../common/index.js';
import { Database, type Tx } from '../../database/index.js';
import { User } from './user.entity.js';

export type NewUser = Pick<User, 'workspaceId' | 'email' | 'name' | 'role' | 'passwordHash'>;
/** A user, and what their workspace is called. */
export type KnownUser = User & { workspaceName: string };
/** What may change of a user; absent fields stay. */
export type UserChange = Partial<Pick<User, 'name' | 'role' | 'isActive' | 'passwordHash'>>;

const NEWEST_FIRST = { name: 'users', key: ['id'] } as const;

const COLUMNS = `id, workspace_id AS "workspaceId", email, name, role, password_hash AS "passwordHash",
  is_active AS "isActive", last_login_at AS "lastLoginAt", created_at AS "createdAt", updated_at AS "updatedAt"`;

@Injectable()
export class UsersRepository {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly database: Database,
  ) {}

  /** Of any workspace, for a login: the user of the one named first, then the oldest; `limit` at the most. */
  findByEmail(email: string, workspaceId: string | undefined, limit: number): Promise<KnownUser[]> {
    return this.database.query(
      `SELECT ${COLUMNS}, (SELECT w.name FROM workspaces w WHERE w.id = workspace_id) AS "workspaceName"
         FROM users WHERE email = $1 ORDER BY workspace_id = $2::uuid DESC NULLS LAST, id LIMIT $3`,
      [email, workspaceId ?? null, limit],
    );
  }

  /** Whether users of several workspaces have the address. */
  async isShared(email: string): Promise<boolean> {
    return (await this.database.query('SELECT 1 FROM users WHERE email = $1 LIMIT 2', [email])).length > 1;
  }

  find(id: string, workspaceId: string): Promise<User | null> {
    return this.users.findOneBy({ id, workspaceId });
  }

  /** Newest first. */
  async list(page: Page, workspaceId: string): Promise<Paged<User>> {
    const { after, offset, take } = startOf(page, NEWEST_FIRST);
    const beyond = after ? { id: LessThan(String(after[0])) } : {};
    const [rows, total] = await Promise.all([
      this.users.find({ where: { workspaceId, ...beyond }, order: { id: 'DESC' }, skip: offset, take }),
      this.users.countBy({ workspaceId }),
    ]);
    return { ...sliceOf(rows, page, NEWEST_FIRST, ({ id }) => [id]), total };
  }

  /** Undefined where somebody in the workspace has that e-mail address already. */
  async insert({ workspaceId, email, name, role, passwordHash }: NewUser, tx: Tx): Promise<User | undefined> {
    const rows = await this.database.query<User>(
      `INSERT INTO users (id, workspace_id, email, name, role, password_hash) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (workspace_id, email) DO NOTHING RETURNING ${COLUMNS}`,
      [newId(), workspaceId, email, name, role, passwordHash],
      tx,
    );
    return rows[0];
  }

  /** `find` as the transaction sees it. */
  async findIn(tx: Tx, id: string, workspaceId: string): Promise<User | undefined> {
    const sql = `SELECT ${COLUMNS} FROM users WHERE id = $1 AND workspace_id = $2 FOR UPDATE`;
    return (await this.database.query<User>(sql, [id, workspaceId], tx))[0];
  }

  async update(tx: Tx, id: string, change: UserChange): Promise<void> {
    await this.database.run(
      `UPDATE users SET name = CASE WHEN $2 THEN $3 ELSE name END, role = COALESCE($4, role),
              is_active = COALESCE($5, is_active), password_hash = COALESCE($6, password_hash), updated_at = now()
        WHERE id = $1`,
      [
        ...[id, change.name !== undefined, change.name ?? null],
        ...[change.role, change.isActive, change.passwordHash].map((value) => value ?? null),
      ],
      tx,
    );
  }

  async delete(tx: Tx, id: string): Promise<void> {
    await this.database.run('DELETE FROM users WHERE id = $1', [id], tx);
  }

  async noteLogin(id: string): Promise<void> {
    await this.database.run('UPDATE users SET last_login_at = now() WHERE id = $1', [id]);
  }

  /** Whether there is any, in any workspace. */
  async isAnybodyThere(tx?: Tx): Promise<boolean> {
    return (await this.database.query('SELECT id FROM users LIMIT 1', [], tx)).length > 0;
  }

  /**
   * Lets one transaction at a time change who owns a workspace: two owners taking each other's right away at once would
   * leave none.
   */
  async lockWorkspace(workspaceId: string, tx: Tx): Promise<void> {
    await this.database.query('SELECT id FROM workspaces WHERE id = $1 FOR UPDATE', [workspaceId], tx);
  }

  async countOwners(workspaceId: string, tx: Tx): Promise<number> {
    const [row] = await this.database.query<{ owners: number }>(
      `SELECT count(*)::int AS owners FROM users WHERE workspace_id = $1 AND role = 'owner' AND is_active`,
      [workspaceId],
      tx,
    );
    return row?.owners ?? 0;
  }
}
