import { KnownPassword, NewPassword } from './fields.decorators.js';

/** A password of one's own. */
export class ChangePasswordDto {
  @KnownPassword()
  currentPassword: string;

  @NewPassword()
  newPassword: string;
}
