import { Injectable, Logger } from '@nestjs/common';
import { DomainError } from '../common/index.js';
import { Database, type Tx } from '../database/index.js';
import { SuppressionHooks } from './suppression-hooks.js';

/** The one door suppressions come in by: written down, and then waited for. */
@Injectable()
export class SuppressionGate {
  private readonly logger = new Logger('Suppressions');

  constructor(
    private readonly database: Database,
    private readonly hooks: SuppressionHooks,
  ) {}

  /**
   * Runs `add` in one transaction. When it returns, no placement to a number that was added can begin any more.
   * @throws DomainError `SUPPRESSION_UNCONFIRMED` (the numbers are suppressed nevertheless)
   */
  async admit<T>(add: (tx: Tx) => Promise<T>): Promise<T> {
    const added = await this.database.transaction(add);
    try {
      await this.hooks.added.each((hook) => hook.suppressed());
    } catch (error) {
      this.logger.error(`Numbers are suppressed, but calls to them were not seen to cease: ${String(error)}`);
      throw new DomainError(
        'unavailable',
        'SUPPRESSION_UNCONFIRMED',
        'The numbers are suppressed, but it is not certain that no call to them is being placed any more',
        'No new call to them begins. Calls already on their way may still ring.',
      );
    }
    return added;
  }
}
