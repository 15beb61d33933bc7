import { PhoneNumberFieldsDto } from './phone-number-fields.dto.js';

/** What changes of a number: absent fields stay, null clears what may be empty. */
export class UpdatePhoneNumberDto extends PhoneNumberFieldsDto {}
