import { Injectable } from '@nestjs/common';
import { DomainError } from '../../common/index.js';
import type { Note } from '../access/note.js';
import { SessionsService, type TokenPair } from '../sessions/sessions.service.js';
import { Passwords } from '../users/passwords.js';
import { UsersRepository } from '../users/users.repository.js';
import { LoginGate, type LoginFrom } from './login-gate.js';

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
   * @throws DomainError `INVALID_CREDENTIALS`, `LOGIN_LOCKED`
   */
  async login(from: LoginFrom, password: string, note: Note): Promise<TokenPair> {
    const last = await this.gate.enter(from);
    const user = await this.users.findByEmail(from.email);
    const known = user?.isActive ? user.passwordHash : undefined;
    const isRight = await this.passwords.isRight(password, known);
    if (!user || !isRight) {
      await this.gate.failed(from, user ? `user ${user.id}` : 'nobody known', last);
      throw new DomainError('unauthorized', 'INVALID_CREDENTIALS', 'Wrong e-mail address or password');
    }
    await this.gate.passed(from);
    const pair = await this.sessions.open(user, from.address, note);
    await this.users.noteLogin(user.id);
    return pair;
  }
}
