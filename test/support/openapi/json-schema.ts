import type { Schema } from './document.js';

/** The name under which the document's own schemas are known to the validator. */
export const DOCUMENT = 'document';

type JsonSchema = Record<string, unknown>;

/**
 * A schema of OpenAPI 3.0 as JSON Schema, and closed: an answer may have no field that is not described. Ajv itself knows
 * `nullable` beside a type; beside a reference it is said here.
 */
export function jsonSchemaOf(schema: Schema): JsonSchema {
  const { $ref, allOf, nullable, properties, items, additionalProperties, ...plain } = schema;
  if ($ref !== undefined) return { $ref: `${DOCUMENT}${$ref}` };
  if (allOf !== undefined) {
    const all = { allOf: allOf.map(jsonSchemaOf) };
    return nullable === true ? { anyOf: [{ type: 'null' }, all] } : all;
  }
  return {
    ...plain,
    ...(nullable === true && { nullable }),
    ...(items && { items: jsonSchemaOf(items) }),
    ...(properties && { properties: eachSchema(properties), additionalProperties: false }),
    ...(additionalProperties !== undefined && {
      additionalProperties:
        typeof additionalProperties === 'object' ? jsonSchemaOf(additionalProperties) : additionalProperties,
    }),
  };
}

export function eachSchema(schemas: Record<string, Schema>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, jsonSchemaOf(schema)]));
}
