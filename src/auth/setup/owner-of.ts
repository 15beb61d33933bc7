import { createValidationPipe } from '../../common/http/index.js';
import { SetupDto } from '../dto/setup.dto.js';
import type { OwnerFields } from './setup.service.js';

/** Checks an owner given on a command line as one sent over HTTP is. @throws DomainError `VALIDATION_FAILED` */
export async function ownerOf(given: OwnerFields): Promise<OwnerFields> {
  const metadata = { type: 'body', metatype: SetupDto } as const;
  const dto = (await createValidationPipe().transform({ ...given, token: 'none' }, metadata)) as SetupDto;
  return { email: dto.email, password: dto.password, name: dto.name };
}
