import { Injectable } from '@nestjs/common';
import { currentScope, outsideScope, ruleError, type DomainError } from '../../common/index.js';
import type { Identity } from '../access/identity.js';
import { invalidToken } from '../access/refusals.js';
import { LoginGate } from '../login/login-gate.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { Passwords } from './passwords.js';
import { UserChanges } from './user-changes.js';
import type { User } from './user.entity.js';
import { UsersRepository } from './users.repository.js';

interface PasswordChange {
  currentPassword: string;
  newPassword: string;
}

/** The password of who asks. */
@Injectable()
export class OwnPassword {
  constructor(
    private readonly users: UsersRepository,
    private readonly changes: UserChanges,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsService,
    private readonly gate: LoginGate,
  ) {}

  /**
   * Changes it, and ends all logins but this one. Guesses at the current one count as failed logins do: a token may be stolen.
   * @throws DomainError `NO_PASSWORD` (a key, open mode, an outside issuer's user), `WRONG_PASSWORD`, `LOGIN_LOCKED`
   */
  async change(by: Identity, { currentPassword, newPassword }: PasswordChange): Promise<void> {
    const { sessionId, actor, workspaceId } = by;
    if (sessionId === undefined || actor.id === null) throw noPassword();
    const user = await this.users.find(actor.id, workspaceId);
    if (!user) throw invalidToken();
    await this.check(user, currentPassword);
    const passwordHash = await this.passwords.hash(newPassword);
    await this.changes.make(user.id, async (tx, now) => {
      // An owner gave another one meanwhile: that one was not checked.
      if (now.passwordHash !== user.passwordHash) throw wrongPassword();
      await this.users.update(tx, user.id, { passwordHash });
      await this.sessions.revokeOf(user.id, tx, sessionId);
      return { action: 'user.password_changed' };
    });
  }

  /** Failed logins are counted over all workspaces. */
  private check({ id, email, passwordHash }: User, password: string): Promise<void> {
    const from = { email, address: currentScope()?.address ?? 'nowhere' };
    return outsideScope(async () => {
      const last = await this.gate.enter(from);
      if (!(await this.passwords.isRight(password, passwordHash))) {
        await this.gate.failed(from, `user ${id}`, last);
        throw wrongPassword();
      }
      await this.gate.passed(from, (await this.users.isShared(email)) ? 'named' : 'one');
    });
  }
}

function wrongPassword(): DomainError {
  return ruleError('WRONG_PASSWORD', 'The current password is another');
}

function noPassword(): DomainError {
  return ruleError(
    'NO_PASSWORD',
    'Who asks has no password here',
    'Log in with it first: keys have none, and users of an outside issuer have theirs there',
  );
}
