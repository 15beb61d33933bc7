import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { InTurn } from '../../common/index.js';

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
  private readonly turns = new InTurn(AT_ONCE);

  hash(password: string): Promise<string> {
    return this.turns.run(() => hash(password, COSTS));
  }

  /** False, after the same time, where there is no hash to compare with. */
  async isRight(password: string, known: string | undefined): Promise<boolean> {
    const isSame = await this.turns.run(() => verify(known ?? NOBODYS, password));
    return isSame && known !== undefined;
  }
}
