import { Injectable } from '@nestjs/common';
import { isSealed, SecretBox } from '../../config/index.js';

/** Secrets of subscriptions as they lie in Postgres: sealed, each for its own subscription. */
@Injectable()
export class WebhookSecrets {
  constructor(private readonly box: SecretBox) {}

  seal(subscriptionId: string, secret: string): string {
    return this.box.seal(secret, sealedFor(subscriptionId));
  }

  /** Those that can be read; from before secrets were sealed there may be some as they are. */
  open(subscriptionId: string, stored: string[]): string[] {
    return stored.flatMap((secret) =>
      isSealed(secret) ? (this.box.open(secret, sealedFor(subscriptionId)) ?? []) : secret,
    );
  }

  /** The same secret as it would be stored today; as it is, where it is so already, or cannot be read. */
  renew(subscriptionId: string, stored: string): string {
    const [secret] = this.open(subscriptionId, [stored]);
    const isFine = secret === undefined || this.box.isCurrent(stored, sealedFor(subscriptionId));
    return isFine ? stored : this.seal(subscriptionId, secret);
  }
}

function sealedFor(subscriptionId: string) {
  return { purpose: 'webhook secret', about: subscriptionId };
}
