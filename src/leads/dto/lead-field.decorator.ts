import { ValidateBy, type ValidationArguments } from 'class-validator';
import { LEAD_FIELDS, type LeadFields } from '../lead-fields.js';

/** Checks a property by the rule of the lead's field of the same name; `undefined` passes where `isOptional`. */
export function IsLeadField(field: keyof LeadFields, isOptional = false): PropertyDecorator {
  const problem = (value: unknown) =>
    isOptional && value === undefined ? undefined : LEAD_FIELDS[field](value);
  return ValidateBy({
    name: 'isLeadField',
    validator: {
      validate: (value: unknown) => problem(value) === undefined,
      defaultMessage: (args?: ValidationArguments) => `${field} ${problem(args?.value) ?? 'is wrong'}`,
    },
  });
}
