import { Injectable } from '@nestjs/common';
import { DomainError, ruleError } from '../../common/index.js';
import type { Note } from '../access/note.js';
import { SessionsService, type TokenPair } from '../sessions/sessions.service.js';
import { Passwords } from '../users/passwords.js';
import { UsersRepository, type KnownUser } from '../users/users.repository.js';
import { LoginGate, type LoginFrom } from './login-gate.js';

/** An address may be a user's in each workspace: the passwords of so many are compared, of the oldest, or of the one named. */
const MOST_COMPARED = 5;
/** So many comparisons are made whether there are users or not: none, one and two of an address take the same time. */
const LEAST_COMPARED = 2;

/** Who wants to log in, and from where. */
export interface LoginRequest extends LoginFrom {
  /** Undefined: whichever the password opens. */
  workspaceId?: string;
}

/** Lets people in by e-mail address and password. */
@Injectable()
export class LoginService {
  constructor(
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsService,
    private readonly gate: LoginGate,
  ) {}

  /**
   * An unknown address, a wrong password and a user who was shut out: the same answer after the same work.
   * @throws DomainError `INVALID_CREDENTIALS`, `LOGIN_LOCKED`, `WORKSPACE_REQUIRED` (the password opens several workspaces)
   */
  async login(asked: LoginRequest, password: string, note: Note): Promise<TokenPair> {
    const last = await this.gate.enter(asked);
    const known = await this.users.findByEmail(asked.email, asked.workspaceId, MOST_COMPARED);
    const isNamed = asked.workspaceId !== undefined;
    const meant = known.filter(({ workspaceId }) => !isNamed || workspaceId === asked.workspaceId);
    const [user, ...others] = await this.thoseWith(password, meant, isNamed ? 1 : LEAST_COMPARED);
    if (!user) {
      await this.gate.failed(asked, wordsFor(meant), last);
      throw new DomainError('unauthorized', 'INVALID_CREDENTIALS', 'Wrong e-mail address or password');
    }
    if (others.length > 0) throw whichOf([user, ...others]);
    await this.gate.passed(asked, known.length === 1 ? 'one' : isNamed ? 'named' : 'several');
    const pair = await this.sessions.open(user, asked.address, note);
    await this.users.noteLogin(user.id);
    return pair;
  }

  /** Those who are in force and have this password, after `least` comparisons or more. */
  private async thoseWith(password: string, users: KnownUser[], least: number): Promise<KnownUser[]> {
    const active = users.filter(({ isActive }) => isActive);
    const nobody = new Array<undefined>(Math.max(0, least - active.length)).fill(undefined);
    const hashes = [...active.map(({ passwordHash }) => passwordHash), ...nobody];
    const areRight = await Promise.all(hashes.map((hash) => this.passwords.isRight(password, hash)));
    return active.filter((_, index) => areRight[index]);
  }
}

function wordsFor(users: KnownUser[]): string {
  return users.length === 0 ? 'nobody known' : `user ${users.map(({ id }) => id).join(', ')}`;
}

function whichOf(users: KnownUser[]): DomainError {
  const workspaces = users.map(({ workspaceId, workspaceName }) => `${workspaceId} (${workspaceName})`);
  return ruleError(
    'WORKSPACE_REQUIRED',
    'This address and password are those of users of several workspaces',
    `Send workspaceId too: ${workspaces.join(' or ')}`,
  );
}
