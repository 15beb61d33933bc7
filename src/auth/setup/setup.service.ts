import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DomainError, newId, ruleError } from '../../common/index.js';
import { Database, DEFAULT_WORKSPACE_ID, type Tx } from '../../database/index.js';
import { Audit } from '../../journal/index.js';
import type { Note } from '../access/note.js';
import { sha256 } from '../keys/key-text.js';
import { Passwords } from '../users/passwords.js';
import type { User } from '../users/user.entity.js';
import { UsersRepository } from '../users/users.repository.js';
import { SetupRepository } from './setup.repository.js';

/** Hours a setup token is good for; the next start prints another. */
const TOKEN_HOURS = 24;
const TOKEN_BYTES = 32;

export interface OwnerFields {
  email: string;
  password: string;
  name?: string | null;
}

/** The first owner: whoever may read what the process prints, or run programs beside it. */
@Injectable()
export class SetupService {
  constructor(
    private readonly setup: SetupRepository,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /** A new one-time token, while there is no user at all; undefined as soon as there is one. */
  async issueToken(): Promise<string | undefined> {
    if (await this.users.isAnybodyThere()) return undefined;
    await this.setup.deleteAll(undefined, true);
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    await this.setup.insert(sha256(token), TOKEN_HOURS);
    return token;
  }

  /**
   * Makes the first owner of the default workspace; every setup token is void then.
   * @throws DomainError `INVALID_SETUP_TOKEN`, also where there is a user already
   */
  async redeem(token: string, owner: OwnerFields, note: Note): Promise<User> {
    if (!(await this.setup.isKnown(sha256(token)))) throw invalidSetupToken();
    const passwordHash = await this.passwords.hash(owner.password);
    const user = await this.database.transaction(async (tx) => {
      await this.users.lockWorkspace(DEFAULT_WORKSPACE_ID, tx);
      const isRight = await this.setup.take(sha256(token), tx);
      if (!isRight || (await this.users.isAnybodyThere(tx))) return undefined;
      await this.setup.deleteAll(tx);
      const first = await this.insertOwner(DEFAULT_WORKSPACE_ID, owner, passwordHash, tx);
      await note(tx, first);
      return first;
    });
    if (user) return user;
    throw invalidSetupToken();
  }

  /** An owner of the workspace of that name (undefined: the default one), by whoever runs programs here. @throws DomainError `EMAIL_TAKEN` */
  async createOwner(owner: OwnerFields, workspace?: string): Promise<User> {
    const passwordHash = await this.passwords.hash(owner.password);
    return this.database.transaction(async (tx) => {
      const workspaceId =
        workspace === undefined
          ? DEFAULT_WORKSPACE_ID
          : await this.setup.workspaceNamed(workspace, newId(), tx);
      const user = await this.insertOwner(workspaceId, owner, passwordHash, tx);
      const { id: entityId, email, name, role } = user;
      const change = { action: 'user.created', entity: 'user', entityId, after: { email, name, role } };
      await this.audit.recordForSystem(tx, change, workspaceId);
      await this.setup.deleteAll(tx);
      return user;
    });
  }

  private async insertOwner(
    workspaceId: string,
    owner: OwnerFields,
    passwordHash: string,
    tx: Tx,
  ): Promise<User> {
    const { email, name = null } = owner;
    const user = await this.users.insert({ workspaceId, email, name, role: 'owner', passwordHash }, tx);
    if (!user) throw ruleError('EMAIL_TAKEN', 'Somebody has this e-mail address already');
    return user;
  }
}

function invalidSetupToken(): DomainError {
  return new DomainError('unauthorized', 'INVALID_SETUP_TOKEN', 'The setup token is not valid');
}
