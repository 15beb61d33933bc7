import { Body, Controller, Get, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { currentScope, ok, outsideScope, type Envelope } from '../common/index.js';
import { ApiCreated, ApiErrors, ApiOk, LimitedAs, Public, Roles, Scopes } from '../common/http/index.js';
import { Audit, Idempotent } from '../journal/index.js';
import { identityOf } from './access/authenticate.middleware.js';
import { noteOf } from './access/note.js';
import { ChangePasswordDto } from './dto/change-password.dto.js';
import { LoginDto } from './dto/login.dto.js';
import { MeResponse, toMeResponse } from './dto/me.response.js';
import { RefreshDto } from './dto/refresh.dto.js';
import { SetupDto } from './dto/setup.dto.js';
import { TokenPairResponse, toTokenPairResponse } from './dto/token-pair.response.js';
import { toUserResponse, UserResponse } from './dto/user.response.js';
import { LoginService } from './login/login.service.js';
import { SessionsService } from './sessions/sessions.service.js';
import { OwnPassword } from './users/own-password.service.js';
import { SetupService } from './setup/setup.service.js';

const NO_STORE = ['Cache-Control', 'no-store'] as const;

/** Logging in belongs to no workspace: whose a person is, is known only afterwards. */
@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly logins: LoginService,
    private readonly sessions: SessionsService,
    private readonly owners: SetupService,
    private readonly ownPassword: OwnPassword,
    private readonly audit: Audit,
  ) {}

  @Post('setup')
  @LimitedAs('login')
  @Public()
  @ApiOperation({ summary: 'Make the first owner, with the one-time token that the first start prints' })
  @ApiCreated(UserResponse)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_SETUP_TOKEN')
  async setup(@Body() { token, ...owner }: SetupDto): Promise<Envelope<UserResponse>> {
    const note = noteOf(this.audit, 'auth.setup');
    return ok(toUserResponse(await outsideScope(() => this.owners.redeem(token, owner, note))));
  }

  @Post('login')
  @LimitedAs('login')
  @HttpCode(200)
  @Header(...NO_STORE)
  @Public()
  @ApiOperation({ summary: 'Log in: an access token for 15 minutes, and a refresh token for the next' })
  @ApiOk(TokenPairResponse)
  @ApiErrors('VALIDATION_FAILED', 'WORKSPACE_REQUIRED', 'INVALID_CREDENTIALS', 'LOGIN_LOCKED')
  async login(@Body() { password, ...who }: LoginDto): Promise<Envelope<TokenPairResponse>> {
    const from = { ...who, address: currentScope()?.address ?? 'nowhere' };
    const note = noteOf(this.audit, 'auth.login');
    return ok(toTokenPairResponse(await outsideScope(() => this.logins.login(from, password, note))));
  }

  @Post('refresh')
  @LimitedAs('login')
  @HttpCode(200)
  @Header(...NO_STORE)
  @Public()
  @ApiOperation({ summary: 'A new pair of tokens for a refresh token; using one twice ends the login' })
  @ApiOk(TokenPairResponse)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_TOKEN')
  async refresh(@Body() { refreshToken }: RefreshDto): Promise<Envelope<TokenPairResponse>> {
    const note = noteOf(this.audit, 'auth.refresh');
    return ok(toTokenPairResponse(await outsideScope(() => this.sessions.refresh(refreshToken, note))));
  }

  @Post('logout')
  @HttpCode(200)
  @Public()
  @ApiOperation({ summary: 'End the login of a refresh token, and the access tokens that came of it' })
  @ApiOk(null)
  @ApiErrors('VALIDATION_FAILED')
  async logout(@Body() { refreshToken }: RefreshDto): Promise<{ success: true; message: string }> {
    const note = noteOf(this.audit, 'auth.logout');
    await outsideScope(() => this.sessions.close(refreshToken, note));
    return { success: true, message: 'Logged out' };
  }

  @Post('password')
  @LimitedAs('login')
  @Idempotent('sealed')
  @HttpCode(200)
  @Roles('viewer')
  @Scopes('any')
  @ApiOperation({ summary: 'Change your own password, and end all your logins but this one' })
  @ApiOk(null)
  @ApiErrors('VALIDATION_FAILED', 'WRONG_PASSWORD', 'NO_PASSWORD', 'LOGIN_LOCKED')
  async password(
    @Req() request: object,
    @Body() body: ChangePasswordDto,
  ): Promise<{ success: true; message: string }> {
    await this.ownPassword.change(identityOf(request), body);
    return { success: true, message: 'Password changed' };
  }

  @Get('me')
  @Roles('viewer')
  @Scopes('any')
  @ApiOperation({ summary: 'Who asks, and with which role' })
  @ApiOk(MeResponse)
  me(@Req() request: object): Envelope<MeResponse> {
    return ok(toMeResponse(identityOf(request)));
  }
}
