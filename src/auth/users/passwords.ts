import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';

/** OWASP's password storage cheat sheet: argon2id (2), 19 MiB, 2 passes, 1 lane. Some 25 ms of a core. */
const COSTS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Of 256 random bits that nobody has kept, with the same costs. */
const NOBODYS =
  '$argon2id$v=19$m=19456,t=2,p=1$OMDxrdFHQp6qa2atoUWSig$4dQcQyzQpGsl/9S+JKnk14XgRRO3Oxhi2v0eLQzjj8k';
/** Hashing fills the pool of threads that file and name look-ups need too, 4 in all. */
const AT_ONCE = 2;

/** Hashes passwords, and compares with hashes, never with more than two at work. */
@Injectable()
export class Passwords {
  private readonly waiting: (() => void)[] = [];
  private free = AT_ONCE;

  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, COSTS));
  }

  /** False, after the same time, where there is no hash to compare with. */
  async isRight(password: string, known: string | undefined): Promise<boolean> {
    const isSame = await this.inTurn(() => verify(known ?? NOBODYS, password));
    return isSame && known !== undefined;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.free === 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.free -= 1;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}
