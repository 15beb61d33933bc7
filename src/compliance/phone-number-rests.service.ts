import { Injectable } from '@nestjs/common';
import { Clock, invalidInput, notFound } from '../common/index.js';
import { Database } from '../database/index.js';
import { Audit } from '../journal/index.js';
import { PhoneNumberHooks } from './phone-number-hooks.js';
import type { RestReason } from './phone-number.entity.js';
import { PhoneNumbersRepository, type Rest } from './phone-numbers.repository.js';

/** When nothing is called from a number for a while. */
@Injectable()
export class PhoneNumberRests {
  constructor(
    private readonly numbers: PhoneNumbersRepository,
    private readonly database: Database,
    private readonly hooks: PhoneNumberHooks,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Nothing more is called from the number until then. @throws DomainError `PHONE_NUMBER_NOT_FOUND`, `VALIDATION_FAILED` */
  async begin(id: string, o: { until?: Date | null; note?: string | null }): Promise<void> {
    if (o.until && o.until <= this.clock.now()) {
      throw invalidInput([{ field: 'until', message: 'until must be in the future' }]);
    }
    const rest = { reason: 'manual' as const, note: o.note?.trim() || null, until: o.until ?? null };
    await this.database.transaction(async (tx) => {
      if (!(await this.numbers.rest(tx, id, rest))) throw notFound('Phone number');
      await this.audit.record(tx, { ...changeOf('phone_number.rested', id), after: rest });
    });
    this.hooks.tellChanged();
  }

  /** Ends a rest, whoever began it; its answer rate is counted anew. @throws DomainError `PHONE_NUMBER_NOT_FOUND` */
  async end(id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const number = await this.numbers.findLocked(tx, id);
      if (!number) throw notFound('Phone number');
      await this.numbers.endRest(tx, id);
      const { restReason: reason, restNote: note, restUntil: until } = number;
      await this.audit.record(tx, {
        ...changeOf('phone_number.rest_ended', id),
        before: { reason, note, until },
      });
    });
    this.hooks.tellChanged();
  }

  /**
   * A rest that the dialer found due, unless the number rests already.
   * @returns whether it rests because of this
   */
  async beginItself(
    { id, workspaceId }: { id: string; workspaceId: string },
    rest: Rest & { reason: Exclude<RestReason, 'manual'> },
  ): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      if (!(await this.numbers.rest(tx, id, rest))) return false;
      const change = { ...changeOf('phone_number.rested', id), after: rest };
      await this.audit.recordForSystem(tx, change, workspaceId);
      return true;
    });
  }
}

function changeOf(action: string, entityId: string) {
  return { action, entity: 'phone_number', entityId };
}
