import { Injectable } from '@nestjs/common';
import { DomainError, notFound, ruleError, type Page, type Paged } from '../common/index.js';
import { Database, newRowsWorkspace, type Tx } from '../database/index.js';
import { Audit, changed } from '../journal/index.js';
import { PhoneNumberHooks } from './phone-number-hooks.js';
import { parsePhoneNumber } from './phone-number.js';
import type { PhoneNumber } from './phone-number.entity.js';
import { PhoneNumberUseRepository, type PhoneNumberUse } from './phone-number-use.repository.js';
import {
  PhoneNumbersRepository,
  type LockedNumber,
  type PhoneNumberFields,
} from './phone-numbers.repository.js';

/** A number and what is being called from it. */
export interface PhoneNumberWithUse {
  number: PhoneNumber;
  use: PhoneNumberUse;
}

/** Today's calls are counted so far for show, where no cap asks for more. */
const SHOWN_CALLS = 10_000;

/** The numbers that calls are made from, one by one. */
@Injectable()
export class PhoneNumbersService {
  constructor(
    private readonly numbers: PhoneNumbersRepository,
    private readonly uses: PhoneNumberUseRepository,
    private readonly database: Database,
    private readonly hooks: PhoneNumberHooks,
    private readonly audit: Audit,
  ) {}

  /** @throws DomainError `INVALID_PHONE_NUMBER`, `PHONE_NUMBER_EXISTS` */
  async create(phoneNumber: string, fields: PhoneNumberFields): Promise<PhoneNumberWithUse> {
    const parsed = parsePhoneNumber(phoneNumber);
    if (!parsed.ok) {
      const errors = [{ field: 'phoneNumber', message: parsed.reason }];
      throw new DomainError('invalid', 'INVALID_PHONE_NUMBER', 'Invalid phone number', parsed.reason, errors);
    }
    const id = await this.database.transaction((tx) => this.insert(tx, parsed.e164, fields));
    this.hooks.tellChanged();
    return this.get(id);
  }

  /** @throws DomainError `PHONE_NUMBER_NOT_FOUND` */
  async get(id: string): Promise<PhoneNumberWithUse> {
    const number = await this.numbers.find(id);
    if (!number) throw notFound('Phone number');
    const [shown] = await this.withUse([number]);
    if (!shown) throw notFound('Phone number');
    return shown;
  }

  async list(page: Page, isActive?: boolean): Promise<Paged<PhoneNumberWithUse>> {
    const { items, ...paged } = await this.numbers.list(page, isActive);
    return { ...paged, items: await this.withUse(items) };
  }

  /** Changes the fields given. @throws DomainError `PHONE_NUMBER_NOT_FOUND`, `PHONE_NUMBER_IN_USE` */
  async update(id: string, fields: PhoneNumberFields): Promise<PhoneNumberWithUse> {
    await this.database.transaction(async (tx) => {
      if (fields.isActive === false) await this.refuseIfLast(id, tx);
      const number = await this.numbers.findLocked(tx, id);
      if (!number) throw notFound('Phone number');
      await this.numbers.update(id, fields, tx);
      await this.audit.record(tx, { ...changeOf('phone_number.updated', id), ...changed(number, fields) });
    });
    this.hooks.tellChanged();
    return this.get(id);
  }

  /**
   * @throws DomainError `PHONE_NUMBER_NOT_FOUND`, `PHONE_NUMBER_CONFIGURED`, `PHONE_NUMBER_IN_USE`,
   * `PHONE_NUMBER_HAS_OPEN_CALLS`
   */
  async delete(id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const number = await this.refuseIfLast(id, tx);
      await this.refuseIfBound(number, tx);
      await this.numbers.delete(id, tx);
      const { phoneNumber } = number;
      await this.audit.record(tx, { ...changeOf('phone_number.deleted', id), before: { phoneNumber } });
    });
    this.hooks.tellChanged();
  }

  /** @returns the id */
  private async insert(tx: Tx, phoneNumber: string, fields: PhoneNumberFields): Promise<string> {
    const id = await this.numbers.insert(tx, phoneNumber, fields);
    if (id === null) throw ruleError('PHONE_NUMBER_EXISTS', `${phoneNumber} is there already`);
    const after = { phoneNumber, ...fields };
    await this.audit.record(tx, { ...changeOf('phone_number.created', id), after });
    return id;
  }

  private async withUse(numbers: PhoneNumber[]): Promise<PhoneNumberWithUse[]> {
    const uses = await this.uses.count(
      newRowsWorkspace(),
      numbers.map(({ phoneNumber, dailyCap }) => ({
        phoneNumber,
        upTo: Math.max(SHOWN_CALLS, dailyCap ?? 0),
      })),
    );
    const useOf = new Map(uses.map((use) => [use.phoneNumber, use]));
    return numbers.flatMap((number) => {
      const use = useOf.get(number.phoneNumber);
      return use ? [{ number, use }] : [];
    });
  }

  private async refuseIfLast(id: string, tx: Tx): Promise<LockedNumber> {
    const number = (await this.numbers.lockAll(tx)).find((each) => each.id === id);
    if (!number) throw notFound('Phone number');
    for (const hook of this.hooks.usage.all()) {
      const name = number.isActive ? await hook.campaignLeftWithout(number.phoneNumber, tx) : null;
      if (name !== null) {
        throw ruleError(
          'PHONE_NUMBER_IN_USE',
          `The active campaign "${name}" has no other active number to call from`,
          'Add another number, or pause or stop the campaign, first',
        );
      }
    }
    return number;
  }

  private async refuseIfBound({ phoneNumber, source }: LockedNumber, tx: Tx): Promise<void> {
    if (source === 'config') {
      throw ruleError(
        'PHONE_NUMBER_CONFIGURED',
        'A number of TWILIO_PHONE_NUMBERS cannot be deleted',
        'Take it out of the variable and start again, or set isActive to false',
      );
    }
    for (const hook of this.hooks.usage.all()) {
      const name = await hook.campaignNaming(phoneNumber, tx);
      if (name !== null) {
        throw ruleError(
          'PHONE_NUMBER_IN_USE',
          `The campaign "${name}" names the number among its callerIds`,
          'Take it out there first, or set isActive to false',
        );
      }
    }
    const [use] = await this.uses.count(newRowsWorkspace(), [{ phoneNumber, upTo: 0 }], tx);
    if (use && use.open > 0) {
      throw ruleError(
        'PHONE_NUMBER_HAS_OPEN_CALLS',
        'Cannot delete a number that open calls were made from',
        'Set isActive to false and wait until they end',
      );
    }
  }
}

function changeOf(action: string, entityId: string) {
  return { action, entity: 'phone_number', entityId };
}
