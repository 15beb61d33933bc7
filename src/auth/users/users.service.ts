import { Injectable } from '@nestjs/common';
import { notFound, outsideScope, type Page, type Paged, type Role } from '../../common/index.js';
import type { Tx } from '../../database/index.js';
import { changed } from '../../journal/index.js';
import { whoAsks } from '../access/who-asks.js';
import { LoginGate } from '../login/login-gate.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { Passwords } from './passwords.js';
import { UserChanges } from './user-changes.js';
import type { User } from './user.entity.js';
import { UsersRepository, type UserChange } from './users.repository.js';

export interface UserFields {
  email: string;
  password: string;
  name?: string | null;
  role: Role;
}

/** Absent fields stay as they are. */
export interface UserUpdate {
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
    private readonly changes: UserChanges,
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
    return this.changes.add({ email, name, role, passwordHash: await this.passwords.hash(password) });
  }

  /**
   * A new password, or being shut out, ends the user's logins. A new role holds from the next request on.
   * @throws DomainError `USER_NOT_FOUND`, `LAST_OWNER`
   */
  async update(id: string, { password, ...rest }: UserUpdate): Promise<User> {
    const passwordHash = password === undefined ? undefined : await this.passwords.hash(password);
    const change = withoutGaps({ ...rest, passwordHash });
    await this.changes.make(id, async (tx, user) => {
      await this.apply(tx, user, change);
      return { action: 'user.updated', ...changed(user, change) };
    });
    const user = await this.get(id);
    if (passwordHash !== undefined) await outsideScope(() => this.unlock(user));
    return user;
  }

  /** @throws DomainError `USER_NOT_FOUND`, `LAST_OWNER` */
  async delete(id: string): Promise<void> {
    await this.changes.make(id, async (tx, { email, name, role }) => {
      await this.users.delete(tx, id);
      return { action: 'user.deleted', before: { email, name, role } };
    });
  }

  /** Not where others have the address too: who minds one workspace would let go on whoever guesses at another's password. */
  private async unlock({ email }: User): Promise<void> {
    if (!(await this.users.isShared(email))) await this.gate.unlock(email);
  }

  private async apply(tx: Tx, { id }: User, change: UserChange): Promise<void> {
    await this.users.update(tx, id, change);
    if (change.passwordHash === undefined && change.isActive !== false) return;
    await this.sessions.revokeOf(id, tx);
  }
}

function withoutGaps(change: UserChange): UserChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
