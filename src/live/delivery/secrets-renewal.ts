import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DeliveriesRepository, type StoredSecrets } from './deliveries.repository.js';
import { WebhookSecrets } from './webhook-secrets.js';

/**
 * Seals the secrets anew that lie as they are, or are sealed with an earlier key: at each start of a worker, which is when there
 * may be another key. Of workers that start together each does what it finds; they write the same secrets.
 */
@Injectable()
export class SecretsRenewal implements OnApplicationBootstrap {
  private readonly log = new Logger(SecretsRenewal.name);

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly secrets: WebhookSecrets,
  ) {}

  /** A failure is no reason not to start: what can be read is read as it is. */
  async onApplicationBootstrap(): Promise<void> {
    await this.renew().catch((error: unknown) => {
      this.log.error(`Secrets could not be sealed anew: ${String(error)}`);
    });
  }

  /** @returns of how many subscriptions */
  async renew(): Promise<number> {
    let renewed = 0;
    for (const was of await this.deliveries.storedSecrets()) {
      const now = this.renewed(was);
      const isSame = now.secret === was.secret && now.previousSecret === was.previousSecret;
      if (!isSame && (await this.deliveries.replaceSecrets(was, now))) renewed += 1;
    }
    if (renewed > 0) this.log.log(`The secrets of ${renewed} subscriptions are sealed anew`);
    return renewed;
  }

  private renewed({ id, secret, previousSecret }: StoredSecrets): StoredSecrets {
    return {
      id,
      secret: this.secrets.renew(id, secret),
      previousSecret: previousSecret === null ? null : this.secrets.renew(id, previousSecret),
    };
  }
}
