import { applyDecorators, type Type as ClassOf } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import { refuseInherited } from './validation.pipe.js';

/** An object with fields of its own, checked as the body itself is. A list of such objects is none. */
export function NestedFields(type: () => ClassOf): PropertyDecorator {
  return applyDecorators(
    IsObject(),
    ValidateNested(),
    Type(type),
    // The value has been made by now, without the names that `obj` may still have.
    Transform(({ obj, key, value }: { obj: Record<string, unknown>; key: string; value: unknown }) => {
      refuseInherited(obj[key], key);
      return value;
    }),
  );
}
