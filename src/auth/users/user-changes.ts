import { Injectable } from '@nestjs/common';
import { notFound, ruleError } from '../../common/index.js';
import { Database, type Tx } from '../../database/index.js';
import { Audit, type Change } from '../../journal/index.js';
import { whoAsks } from '../access/who-asks.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { User } from './user.entity.js';
import { UsersRepository, type NewUser } from './users.repository.js';

/** What was done to a user, as the audit log tells it. */
type Deed = Omit<Change, 'entity' | 'entityId'>;

/** Changes of the users of the workspace that asks: each is one transaction, and is written down in it. */
@Injectable()
export class UserChanges {
  constructor(
    private readonly users: UsersRepository,
    private readonly database: Database,
    private readonly sessions: SessionsService,
    private readonly audit: Audit,
  ) {}

  /** @throws DomainError `EMAIL_TAKEN` */
  async add(fields: Omit<NewUser, 'workspaceId'>): Promise<User> {
    const { workspaceId } = whoAsks();
    return this.database.transaction(async (tx) => {
      const user = await this.users.insert({ workspaceId, ...fields }, tx);
      if (!user) throw ruleError('EMAIL_TAKEN', 'Somebody has this e-mail address already');
      const { id, email, name, role } = user;
      const after = { email, name, role };
      await this.audit.record(tx, { action: 'user.created', entity: 'user', entityId: id, after });
      return user;
    });
  }

  /**
   * A change after which the workspace must still have an owner.
   * @param work makes it, and says what was done
   * @throws DomainError `USER_NOT_FOUND`, `LAST_OWNER`
   */
  async make(id: string, work: (tx: Tx, user: User) => Promise<Deed>): Promise<void> {
    const { workspaceId } = whoAsks();
    await this.database.transaction(async (tx) => {
      await this.users.lockWorkspace(workspaceId, tx);
      const user = await this.users.findIn(tx, id, workspaceId);
      if (!user) throw notFound('User');
      const before = await this.users.countOwners(workspaceId, tx);
      const deed = await work(tx, user);
      if (before > 0 && (await this.users.countOwners(workspaceId, tx)) === 0) {
        throw ruleError('LAST_OWNER', 'A workspace needs an owner', 'Make somebody else an owner first');
      }
      await this.audit.record(tx, { entity: 'user', entityId: id, ...deed });
    });
    this.sessions.forget();
  }
}
