import { Email, KnownPassword } from './fields.decorators.js';

export class LoginDto {
  @Email('owner@example.com')
  email: string;

  @KnownPassword()
  password: string;
}
