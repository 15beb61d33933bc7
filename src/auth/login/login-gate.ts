import { Injectable, Logger } from '@nestjs/common';
import { Clock, DomainError } from '../../common/index.js';
import { sha256 } from '../keys/key-text.js';
import { LoginAttemptsRepository, type AttemptLimit } from './login-attempts.repository.js';
import { networkOf } from './network.js';

const QUARTER_HOUR_S = 900;
/** Of one e-mail address, whether anybody has it or not. */
const ACCOUNT_LIMIT: AttemptLimit = { failures: 10, forS: QUARTER_HOUR_S };
/** From one address: an office behind one address makes mistakes too. */
const ADDRESS_LIMIT: AttemptLimit = { failures: 100, forS: QUARTER_HOUR_S };
const SWEEP_MS = 60_000;

/** What attempts are counted by. */
interface Subject {
  what: 'account' | 'address';
  subject: string;
  limit: AttemptLimit;
}

/** Whose login, and from where. */
export interface LoginFrom {
  email: string;
  address: string;
}

/** Shuts a login out for a while when too many of an account, or from an address, have failed. */
@Injectable()
export class LoginGate {
  private readonly logger = new Logger('Access');
  private swept = -SWEEP_MS;

  constructor(
    private readonly attempts: LoginAttemptsRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts the attempt as failed until `passed` says otherwise.
   * @returns of what it was the last attempt that is let through
   * @throws DomainError `LOGIN_LOCKED`
   */
  async enter(from: LoginFrom): Promise<string[]> {
    const subjects = subjectsOf(from);
    const last: string[] = [];
    for (const [index, { subject, limit, what }] of subjects.entries()) {
      const { failures, leftS } = await this.attempts.count(subject, limit);
      if (failures === limit.failures) last.push(what);
      if (failures <= limit.failures) continue;
      // Refused for the second subject, it was no attempt on the first.
      for (const before of subjects.slice(0, index)) await this.attempts.takeBack(before.subject);
      throw locked(leftS);
    }
    return last;
  }

  /**
   * The password was right. An address keeps its other failures: its owner may have one account to get in with. So does an
   * e-mail address that users of several workspaces have, whose owners may each have a password to get in with; and where
   * no workspace was named, this attempt was one on the others' passwords too.
   */
  async passed(from: LoginFrom, whose: 'one' | 'named' | 'several'): Promise<void> {
    await this.attempts.takeBack(addressSubject(from.address));
    if (whose === 'one') await this.unlock(from.email);
    if (whose === 'named') await this.attempts.takeBack(accountSubject(from.email));
  }

  /** Somebody with the right to has made the account anew. */
  async unlock(email: string): Promise<void> {
    await this.attempts.forget(accountSubject(email));
  }

  /**
   * Writes a failure down. Refused attempts are not: there may be any number of them.
   * @param last what `enter` answered
   */
  async failed({ address }: LoginFrom, who: string, last: string[]): Promise<void> {
    this.logger.warn(`A login of ${who} from ${address} failed`);
    for (const what of last) {
      const minutes = QUARTER_HOUR_S / 60;
      this.logger.warn(`The ${what} of a login of ${who} from ${address} is shut out for ${minutes} minutes`);
    }
    const now = this.clock.monotonic();
    if (now - this.swept < SWEEP_MS) return;
    this.swept = now;
    await this.attempts.deleteOver();
  }
}

/** The address first: who is shut out by it must not shut others out. */
function subjectsOf({ email, address }: LoginFrom): Subject[] {
  return [
    { what: 'address', subject: addressSubject(address), limit: ADDRESS_LIMIT },
    { what: 'account', subject: accountSubject(email), limit: ACCOUNT_LIMIT },
  ];
}

function addressSubject(address: string): string {
  return `address:${networkOf(address)}`;
}

/** Hashed: people type passwords into the wrong field. */
function accountSubject(email: string): string {
  return `account:${sha256(email).toString('hex')}`;
}

function locked(leftS: number): DomainError {
  const details = `Try again in ${Math.ceil(leftS / 60)} minutes`;
  return new DomainError(
    'too_many',
    'LOGIN_LOCKED',
    'Too many logins that failed',
    details,
    undefined,
    leftS,
  );
}
