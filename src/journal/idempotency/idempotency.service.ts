import { Injectable, Logger } from '@nestjs/common';
import { Checkpoints } from '../../common/index.js';
import { AppConfig } from '../../config/index.js';
import type { Hold } from '../request-journal.js';
import { answerLost, inFlight, keyReused } from './idempotency.errors.js';
import { IdempotencyKeysRepository, type KeptAnswer, type KnownKey } from './idempotency-keys.repository.js';

/** A request that is to be done, or the answer it had. */
export type Claim = { hold: Hold; answer?: undefined } | { answer: KeptAnswer; hold?: undefined };

/** Between two looks at a key its row may have been deleted. */
const LOOKS = 3;
/** Parts of the lease after which it is renewed. */
const RENEWALS = 3;

/** Requests that are done once, however often they are sent. */
@Injectable()
export class Idempotency {
  private readonly logger = new Logger('Idempotency');

  constructor(
    private readonly keys: IdempotencyKeysRepository,
    private readonly config: AppConfig,
    private readonly checkpoints: Checkpoints,
  ) {}

  /**
   * @throws DomainError `IDEMPOTENCY_KEY_REUSED`, `IDEMPOTENCY_KEY_IN_FLIGHT`, `IDEMPOTENT_ANSWER_LOST`
   */
  async claim(workspaceId: string, key: string, fingerprint: string): Promise<Claim> {
    for (let look = 1; look <= LOOKS; look += 1) {
      const hold = await this.keys.take(workspaceId, key, fingerprint);
      if (hold) return this.claimed(hold);
      const known = await this.keys.find(workspaceId, key);
      const answer = known && keptAnswer(known, fingerprint);
      if (answer) return { answer };
      const taken = known && (await this.keys.takeOver(workspaceId, key, fingerprint));
      if (taken) return this.claimed(taken);
    }
    throw inFlight();
  }

  private claimed(hold: Hold): Claim {
    this.checkpoints.at('idempotency.claimed');
    return { hold };
  }

  /** Says that this process lives until the returned function is called. */
  keepAlive(hold: Hold): () => void {
    const renew = () => {
      this.keys.renew(hold).catch((error: unknown) => {
        this.logger.warn(`A key could not be renewed: ${String(error)}`);
      });
    };
    const timer = setInterval(renew, this.config.IDEMPOTENCY_LEASE_MS / RENEWALS);
    return () => clearInterval(timer);
  }

  /** Keeps an answer before it is given; none: the request left none worth keeping. What it did stands, so this never throws. */
  async settle(hold: Hold, answer: KeptAnswer | null): Promise<void> {
    this.checkpoints.at('idempotency.done');
    try {
      await (answer ? this.keys.keep(hold, answer) : this.keys.release(hold));
    } catch (error) {
      this.logger.error(`The answer to a request with an Idempotency-Key was not kept: ${String(error)}`);
    }
  }
}

/** Undefined: the key is free to be taken over. @throws DomainError where it is not */
function keptAnswer(known: KnownKey, fingerprint: string): KeptAnswer | undefined {
  if (known.isExpired) return undefined;
  if (known.fingerprint !== fingerprint) throw keyReused();
  if (known.answer) return known.answer;
  if (known.isHeld) throw inFlight();
  if (known.done !== null) throw answerLost(known.done);
  return undefined;
}
