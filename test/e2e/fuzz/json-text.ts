import fc from 'fast-check';
import { wrongValuesFor } from '../wrong-input/hostile-values.js';
import type { Schema } from '../wrong-input/operations.js';
import { meantTexts, type Texts } from './meant-texts.js';

/** Of ten values. */
const WRONG = 1;
const RIGHT = 9;

/** How what is in an object or a list is made. */
type Inside = (schema: Schema, name: string) => Texts;

/** JSON texts that mostly fit the schema. */
function mixedTexts(schema: Schema, name: string): Texts {
  const wrong = [...wrongValuesFor(name, schema).values()];
  return fc.oneof(
    { weight: RIGHT, arbitrary: rightTexts(schema, name, mixedTexts) },
    { weight: WRONG, arbitrary: fc.constantFrom(...wrong) },
  );
}

function fittingTexts(schema: Schema, name: string): Texts {
  return rightTexts(schema, name, fittingTexts);
}

function rightTexts(schema: Schema, name: string, inside: Inside): Texts {
  const fit = fitting(schema, inside);
  const meant = meantTexts(name);
  const { example } = schema;
  return fc.oneof(
    ...(meant ? [{ weight: 6, arbitrary: meant }] : [{ weight: 2, arbitrary: fit }]),
    ...(example === undefined ? [] : [fc.constant(JSON.stringify(example))]),
    ...(schema.nullable ? [fc.constant('null')] : []),
  );
}

function fitting(schema: Schema, inside: Inside): Texts {
  const { type, properties = {}, required = [], items } = schema;
  if (schema.enum) return fc.constantFrom(...schema.enum.map((value) => JSON.stringify(value)));
  switch (type) {
    case 'object':
      return Object.keys(properties).length > 0
        ? fieldsOf(properties, required, inside)
        : fc.json({ maxDepth: 3 });
    case 'array':
      return listTexts(schema, inside(items ?? {}, ''));
    case 'boolean':
      return fc.constantFrom('true', 'false');
    case 'integer':
    case 'number':
      return numberTexts(schema);
    default:
      return stringTexts(schema);
  }
}

/** Of a body. Half of them fit, since what the app takes is worth more here than what it refuses. */
export function objectTexts(properties: Record<string, Schema>, required: string[]): Texts {
  return fc.oneof(fieldsOf(properties, required, fittingTexts), fieldsOf(properties, required, mixedTexts));
}

function fieldsOf(properties: Record<string, Schema>, required: string[], inside: Inside): Texts {
  const fields = Object.entries(properties).map(([name, field]) => [name, inside(field, name)]);
  const texts = fc.record(Object.fromEntries(fields) as Record<string, Texts>, {
    requiredKeys: required.filter((name) => name in properties),
    noNullPrototype: true,
  });
  return texts.map(
    (all) =>
      `{${Object.entries(all)
        .map(([name, text]) => `${JSON.stringify(name)}:${text}`)
        .join()}}`,
  );
}

/** Mostly short, sometimes as long as it may be, within reason. */
function listTexts({ minItems = 0, maxItems = 50 }: Schema, entries: Texts): Texts {
  const most = Math.min(maxItems, 50);
  const lists = (maxLength: number): Texts =>
    fc
      .array(entries, { minLength: minItems, maxLength: Math.max(minItems, maxLength) })
      .map((all) => `[${all.join()}]`);
  return fc.oneof({ weight: 9, arbitrary: lists(Math.min(most, 4)) }, { weight: 1, arbitrary: lists(most) });
}

function numberTexts({ type, minimum = -1e6, maximum = 1e6 }: Schema): Texts {
  const whole = fc.integer({ min: Math.ceil(minimum), max: Math.floor(maximum) }).map(String);
  const any = fc.double({ min: minimum, max: maximum, noNaN: true }).map((value) => JSON.stringify(value));
  return type === 'integer' ? whole : fc.oneof(whole, any);
}

function stringTexts({ format, minLength = 0, maxLength = 300 }: Schema): Texts {
  const length = { minLength, maxLength: Math.min(maxLength, minLength + 300) };
  const strings =
    format === 'uuid'
      ? fc.uuid()
      : format === 'date-time'
        ? fc.date({ noInvalidDate: true }).map((date) => date.toISOString())
        : fc.oneof(
            fc.string(length),
            fc.string({ ...length, unit: 'grapheme' }),
            fc.string({ ...length, unit: 'binary' }),
          );
  return strings.map((text) => JSON.stringify(text));
}
