/** The part of OpenAPI 3.0 that the app's document uses. */
export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  nullable?: boolean;
  enum?: unknown[];
  allOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  required?: string[];
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  example?: unknown;
}

type Content = Record<string, { schema: Schema }>;

interface Described {
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
}

export interface OpenApiDocument {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema> };
}

export interface Operation extends Described {
  /** `GET`. */
  method: string;
  /** `/api/v1/campaigns/{id}`. */
  path: string;
}

/** Every operation of the document, those with fewer parameters in their paths first, as the router takes them. */
export function operationsOf({ paths }: OpenApiDocument): Operation[] {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      ...described,
      method: method.toUpperCase(),
      path,
    })),
  );
  return operations.sort((a, b) => parametersIn(a.path) - parametersIn(b.path));
}

/** Which paths are an operation's; the router minds neither case nor one slash at the end. */
export function patternOf(path: string): RegExp {
  const escaped = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\{\w+\}/g, '[^/]+')}/?$`, 'i');
}

function parametersIn(path: string): number {
  return path.split('{').length - 1;
}
