import { getMetadataStorage, type ValidationError } from 'class-validator';

/** What a value has to be before anything else can be said of it, by the name of its rule, and how that is said. */
const TYPES: Readonly<Record<string, readonly [check: (value: unknown) => boolean, words: string]>> = {
  isString: [(value) => typeof value === 'string', 'must be a string'],
  isBoolean: [(value) => typeof value === 'boolean', 'must be a boolean value'],
  isInt: [(value) => typeof value === 'number', 'must be an integer number'],
  isNumber: [(value) => typeof value === 'number', 'must be a number'],
  isArray: [Array.isArray, 'must be an array'],
  isObject: [(value) => typeof value === 'object' && value !== null, 'must be an object'],
};

/**
 * Says of a value of the wrong type that it is: rules are looked at in the order in which they were declared, and the first that
 * fails is told, so that a number for a name would have to be "shorter than 200 characters".
 * @returns undefined: the type is right, or the field asks for none
 */
export function typeFaultOf({ target, property, value }: ValidationError): string | undefined {
  if (!target) return undefined;
  const rules = getMetadataStorage().getTargetValidationMetadatas(target.constructor, '', false, false);
  for (const { propertyName, name = '', each, message } of rules) {
    const type = propertyName === property && !each && Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
    if (type && !type[0](value)) return typeof message === 'string' ? message : `${property} ${type[1]}`;
  }
  return undefined;
}
