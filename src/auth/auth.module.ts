import { Module, type Provider } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { JournalModule } from '../journal/index.js';
import { AccessGuard } from './access/access.guard.js';
import { Authenticator } from './access/authenticator.js';
import { AuthController } from './auth.controller.js';
import { ApiKey } from './keys/api-key.entity.js';
import { ApiKeysController } from './keys/api-keys.controller.js';
import { ApiKeysRepository } from './keys/api-keys.repository.js';
import { ApiKeysService } from './keys/api-keys.service.js';
import { KeyCheck } from './keys/key-check.js';
import { LastUses } from './keys/last-uses.js';
import { LoginAttempt } from './login/login-attempt.entity.js';
import { LoginAttemptsRepository } from './login/login-attempts.repository.js';
import { LoginGate } from './login/login-gate.js';
import { LoginService } from './login/login.service.js';
import { AccessTokens } from './sessions/access-tokens.js';
import { IssuerTokens } from './sessions/issuer-tokens.js';
import { LoginSession } from './sessions/login-session.entity.js';
import { RefreshToken } from './sessions/refresh-token.entity.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { SessionsService } from './sessions/sessions.service.js';
import { TokenCheck } from './sessions/token-check.js';
import { SetupRepository } from './setup/setup.repository.js';
import { SetupService } from './setup/setup.service.js';
import { SetupToken } from './setup/setup-token.entity.js';
import { OwnPassword } from './users/own-password.service.js';
import { Passwords } from './users/passwords.js';
import { User } from './users/user.entity.js';
import { UserChanges } from './users/user-changes.js';
import { UsersController } from './users/users.controller.js';
import { UsersRepository } from './users/users.repository.js';
import { UsersService } from './users/users.service.js';

const KEYS: Provider[] = [ApiKeysRepository, ApiKeysService, KeyCheck, LastUses];
const LOGINS: Provider[] = [LoginAttemptsRepository, LoginGate, LoginService];
const SESSIONS: Provider[] = [AccessTokens, IssuerTokens, SessionsRepository, SessionsService, TokenCheck];
const USERS: Provider[] = [
  OwnPassword,
  Passwords,
  SetupRepository,
  SetupService,
  UserChanges,
  UsersRepository,
  UsersService,
];

/** Who may do what. */
@Module({
  imports: [
    TypeOrmModule.forFeature([ApiKey, LoginAttempt, LoginSession, RefreshToken, SetupToken, User]),
    JournalModule,
  ],
  controllers: [AuthController, UsersController, ApiKeysController],
  providers: [...KEYS, ...LOGINS, ...SESSIONS, ...USERS, Authenticator, AccessGuard],
  exports: [AccessGuard, Authenticator, SetupService],
})
export class AuthModule {}
