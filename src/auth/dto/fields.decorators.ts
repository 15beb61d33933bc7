import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsEmail, IsString, Matches, MaxLength, MinLength } from 'class-validator';

/** RFC 5321. Characters. */
const LONGEST_EMAIL = 254;
/** NIST SP 800-63B: length is what makes a password strong, and rules about signs do not. Characters. */
const SHORTEST_PASSWORD = 12;
/** Hashing is done for whoever asks: its input must have an end. Characters. */
const LONGEST_PASSWORD = 200;

/** An e-mail address, in lower case from here on. */
export function Email(example: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ example, maxLength: LONGEST_EMAIL }),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? value.trim().toLowerCase() : value,
    ),
    MaxLength(LONGEST_EMAIL),
    IsEmail({}, { message: '$property must be an e-mail address' }),
  );
}

/** A password to log in with: any that somebody may once have been given. */
export function KnownPassword(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ example: 'correct horse battery', minLength: 1, maxLength: LONGEST_PASSWORD }),
    IsString(),
    MinLength(1),
    MaxLength(LONGEST_PASSWORD),
  );
}

/** A password to have from now on. */
export function NewPassword(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      example: 'correct horse battery',
      minLength: SHORTEST_PASSWORD,
      maxLength: LONGEST_PASSWORD,
    }),
    IsString(),
    MinLength(SHORTEST_PASSWORD),
    MaxLength(LONGEST_PASSWORD),
  );
}

/** A token of ours, whose form is nobody's business. */
export function OpaqueToken(example: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ example, minLength: 1, maxLength: 200 }),
    Matches(/^[\w-]+$/, { message: '$property must be a token, as it was given' }),
    MinLength(1),
    MaxLength(200),
  );
}
