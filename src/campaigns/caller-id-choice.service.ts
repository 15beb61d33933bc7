import { Injectable } from '@nestjs/common';
import { invalidInput } from '../common/index.js';
import { parsePhoneNumber, PhoneNumbersRepository } from '../compliance/index.js';

/** Reads which numbers a campaign calls from. */
@Injectable()
export class CallerIdChoice {
  constructor(private readonly numbers: PhoneNumbersRepository) {}

  /**
   * The fields with `callerIds` in E.164, each once. An empty list is none: every active number.
   * @throws DomainError `VALIDATION_FAILED` for what is neither the id nor the number of one of ours
   */
  async resolve<F extends { callerIds?: string[] | null }>(fields: F): Promise<F> {
    if (!fields.callerIds) return fields;
    if (fields.callerIds.length === 0) return { ...fields, callerIds: null };
    const known = await this.numbers.all();
    const named = fields.callerIds.map((text) => {
      const parsed = parsePhoneNumber(text);
      const found = known.find(
        ({ id, phoneNumber }) =>
          id === text.toLowerCase() || phoneNumber === text || (parsed.ok && phoneNumber === parsed.e164),
      );
      return found?.phoneNumber;
    });
    const wrong = named.flatMap((number, i) => (number === undefined ? [unknownAt(i)] : []));
    if (wrong.length > 0) throw invalidInput(wrong);
    return { ...fields, callerIds: [...new Set(named.filter((number) => number !== undefined))] };
  }
}

function unknownAt(index: number): { field: string; message: string } {
  const field = `callerIds.${index}`;
  return { field, message: `${field} is neither the id nor the number of one of /phone-numbers` };
}
