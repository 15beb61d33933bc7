import fc from 'fast-check';
import { wrongValuesFor } from '../wrong-input/hostile-values.js';
import type { Schema } from '../wrong-input/operations.js';

/** JSON texts, since JSON says more than JavaScript holds. */
type Texts = fc.Arbitrary<string>;

/** Of ten values. */
const WRONG = 1;
const RIGHT = 9;

/** JSON texts that mostly fit the schema: what the app takes is worth more here than what it refuses. */
function textsOf(schema: Schema, name = ''): Texts {
  const wrong = [...wrongValuesFor(name, schema).values()];
  const right = rightTexts(schema);
  const example = schema.example === undefined ? right : fc.constant(JSON.stringify(schema.example));
  return fc.oneof(
    { weight: RIGHT, arbitrary: fc.oneof(right, example) },
    { weight: WRONG, arbitrary: fc.constantFrom(...wrong) },
  );
}

function rightTexts(schema: Schema): Texts {
  const { type, properties = {}, required = [], items } = schema;
  if (schema.enum) return fc.constantFrom(...schema.enum.map((value) => JSON.stringify(value)));
  switch (type) {
    case 'object':
      return Object.keys(properties).length > 0
        ? objectTexts(properties, required)
        : fc.json({ maxDepth: 3 });
    case 'array':
      return fc.array(textsOf(items ?? {}), { maxLength: 5 }).map((entries) => `[${entries.join()}]`);
    case 'boolean':
      return fc.constantFrom('true', 'false');
    case 'integer':
    case 'number':
      return numberTexts(schema);
    default:
      return stringTexts(schema);
  }
}

export function objectTexts(properties: Record<string, Schema>, required: string[]): Texts {
  const fields = Object.entries(properties).map(([name, field]) => [name, textsOf(field, name)]);
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
