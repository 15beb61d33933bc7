import { Injectable } from '@nestjs/common';
import { notFound, outsideScope, ruleError, type Page, type Paged, type Role } from '../../common/index.js';
import { Database, type Tx } from '../../database/index.js';
import { whoAsks } from '../access/who-asks.js';
import { LoginGate } from '../login/login-gate.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { Passwords } from './passwords.js';
import type { User } from './user.entity.js';
import { UsersRepository, type UserChange } from './users.repository.js';

export interface UserFields {
  email: string;
  password: string;
  name?: string | null;
  role: Role;
}

/** Absent fields stay as they are. */
export interface UserChanges {
  name?: string | null;
  role?: Role;
  isActive?: boolean;
  password?: string;
}

/** The users of the workspace that asks. */
@Injectable()
export class UsersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsService,
    private readonly gate: LoginGate,
  ) {}

  list(page: Page): Promise<Paged<User>> {
    return this.users.list(page, whoAsks().workspaceId);
  }

  /** @throws DomainError `USER_NOT_FOUND` */
  async get(id: string): Promise<User> {
    const user = await this.users.find(id, whoAsks().workspaceId);
    if (!user) throw notFound('User');
    return user;
  }

  /** @throws DomainError `EMAIL_TAKEN` */
  async create({ email, password, name = null, role }: UserFields): Promise<User> {
    const { workspaceId } = whoAsks();
    const passwordHash = await this.passwords.hash(password);
    const user = await this.users.insert({ workspaceId, email, name, role, passwordHash });
    if (!user) throw ruleError('EMAIL_TAKEN', 'Somebody has this e-mail address already');
    return user;
  }

  /**
   * A new password, or being shut out, ends the user's logins. A new role holds from the next request on.
   * @throws DomainError `USER_NOT_FOUND`, `LAST_OWNER`
   */
  async update(id: string, { password, ...rest }: UserChanges): Promise<User> {
    const passwordHash = password === undefined ? undefined : await this.passwords.hash(password);
    await this.change(async (tx, workspaceId) => {
      const isThere = await this.users.update(id, workspaceId, withoutGaps({ ...rest, passwordHash }), tx);
      if (isThere && (passwordHash !== undefined || rest.isActive === false)) {
        await this.sessions.revokeOf(id, tx);
      }
      return isThere;
    });
    const user = await this.get(id);
    if (passwordHash !== undefined) await outsideScope(() => this.gate.unlock(user.email));
    return user;
  }

  /** @throws DomainError `USER_NOT_FOUND`, `LAST_OWNER` */
  async delete(id: string): Promise<void> {
    await this.change((tx, workspaceId) => this.users.delete(id, workspaceId, tx));
  }

  /** A change after which the workspace must still have an owner. */
  private async change(work: (tx: Tx, workspaceId: string) => Promise<boolean>): Promise<void> {
    const { workspaceId } = whoAsks();
    await this.database.transaction(async (tx) => {
      await this.users.lockWorkspace(workspaceId, tx);
      const before = await this.users.countOwners(workspaceId, tx);
      if (!(await work(tx, workspaceId))) throw notFound('User');
      if (before > 0 && (await this.users.countOwners(workspaceId, tx)) === 0) {
        throw ruleError('LAST_OWNER', 'A workspace needs an owner', 'Make somebody else an owner first');
      }
    });
    this.sessions.forget();
  }
}

function withoutGaps(change: UserChange): UserChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
