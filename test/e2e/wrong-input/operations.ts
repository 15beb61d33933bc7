/** The part of a JSON schema that the app's documents use. */
export interface Schema {
  $ref?: string;
  /** A reference with something said beside it. */
  allOf?: Schema[];
  type?: 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array';
  format?: string;
  nullable?: boolean;
  enum?: unknown[];
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  example?: unknown;
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

interface Parameter {
  name: string;
  in: 'path' | 'query';
  schema: Schema;
}

interface Described {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

export interface OpenApi {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema> };
}

/** One route of the app, as its own OpenAPI document tells it. */
export interface Operation {
  /** `POST /api/v1/campaigns/{id}/start`. */
  title: string;
  method: string;
  path: string;
  pathNames: string[];
  query: { name: string; schema: Schema }[];
  /** Of a JSON body; undefined where the route takes none. */
  body?: Schema;
  takesFile: boolean;
}

export function operationsOf({ paths, components }: OpenApi): Operation[] {
  const resolve = (schema?: Schema): Schema | undefined => resolved(schema, components.schemas);
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
      title: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      pathNames: parameters.filter((one) => one.in === 'path').map(({ name }) => name),
      query: parameters.filter((one) => one.in === 'query'),
      body: resolve(requestBody?.content['application/json']?.schema),
      takesFile: requestBody?.content['multipart/form-data'] !== undefined,
    })),
  );
}

/** Ids of things that are there, by the name a path gives them; a plain `id` is named by the word before it. */
export type KnownIds = Record<
  | 'campaignId'
  | 'leadId'
  | 'agentId'
  | 'callId'
  | 'importId'
  | 'suppressionId'
  | 'phoneNumberId'
  | 'webhookId'
  | 'eventId'
  | 'userId'
  | 'apiKeyId'
  | 'setupToken'
  | 'refreshToken',
  string
>;

/** What a body can only name where it is there: [field, id]. */
const NAMED: Record<string, keyof KnownIds> = {
  agentId: 'agentId',
  token: 'setupToken',
  refreshToken: 'refreshToken',
};

/** The path with real ids in it, but for those given. */
export function pathOf({ path, pathNames }: Operation, ids: KnownIds, given: Record<string, string> = {}) {
  return pathNames.reduce(
    (filled, name) => filled.replace(`{${name}}`, given[name] ?? knownId(path, name, ids)),
    path,
  );
}

function knownId(path: string, name: string, ids: KnownIds): string {
  const owner = /\/(\w+)s\/\{id\}/.exec(path)?.[1];
  const key = name === 'id' ? `${owner}Id` : name;
  const id = Object.entries(ids).find(([known]) => known === key)?.[1];
  if (id === undefined) throw new Error(`No id for {${name}} in ${path}`);
  return id;
}

/** Without references, in the fields and in the entries of lists too. */
function resolved(schema: Schema | undefined, all: Record<string, Schema>): Schema | undefined {
  if (schema?.$ref) return resolved(all[schema.$ref.replace(/.*\//, '')], all);
  if (!schema) return undefined;
  if (schema.allOf) {
    const { allOf, ...beside } = schema;
    return { type: 'object', ...resolved(allOf[0], all), ...beside };
  }
  const properties = Object.entries(schema.properties ?? {}).map(([name, field]) => [
    name,
    resolved(field, all),
  ]);
  return {
    ...schema,
    properties: Object.fromEntries(properties) as Record<string, Schema>,
    items: resolved(schema.items, all),
  };
}

/** The least body that a route takes, of its own examples. */
export function leastBody(
  { required = [], properties = {} }: Schema,
  ids: KnownIds,
): Record<string, unknown> {
  const valueOf = (name: string) => {
    const known = NAMED[name];
    return known === undefined ? properties[name]?.example : ids[known];
  };
  return Object.fromEntries(required.map((name) => [name, valueOf(name)]));
}
