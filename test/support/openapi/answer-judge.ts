import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { operationsOf, patternOf, type OpenApiDocument, type Operation, type Schema } from './document.js';
import { DOCUMENT, eachSchema, jsonSchemaOf } from './json-schema.js';

/** An answer as it came over the wire. */
export interface JudgedAnswer {
  method: string;
  /** With or without a query. */
  path: string;
  status: number;
  /** Its `Content-Type`; empty: none. */
  type: string;
  /** Its body, where it is JSON. */
  text: string;
}

/** Of a text in a failure. Characters. */
const SHOWN = 300;
const REFUSAL: Schema = { $ref: '#/components/schemas/ErrorResponse' };

/** Holds answers against the published document: status, content type, and the body by its schema. */
export class AnswerJudge {
  private readonly ajv = new Ajv({ strict: false, allErrors: true });
  private readonly operations: [pattern: RegExp, operation: Operation][];
  private readonly validators = new Map<Schema, ValidateFunction>();

  constructor(document: OpenApiDocument) {
    addFormats.default(this.ajv);
    this.ajv.addFormat('cursor', true);
    this.ajv.addSchema({ components: { schemas: eachSchema(document.components.schemas) } }, DOCUMENT);
    this.operations = operationsOf(document).map((operation) => [patternOf(operation.path), operation]);
  }

  /** What is wrong with an answer, in a sentence; undefined: it is as the document says. */
  faultOf(answer: JudgedAnswer): string | undefined {
    const operation = this.operationOf(answer);
    const fault = operation ? this.faultIn(answer, operation) : this.faultBeside(answer);
    if (fault === undefined) return undefined;
    return `${answer.method} ${answer.path.slice(0, SHOWN)} answered ${answer.status} ${fault}: ${answer.text.slice(0, SHOWN)}`;
  }

  private operationOf({ method, path }: JudgedAnswer): Operation | undefined {
    const [pathname = ''] = path.split('?');
    const wanted = method === 'HEAD' ? 'GET' : method;
    return this.operations.find(([pattern, one]) => one.method === wanted && pattern.test(pathname))?.[1];
  }

  private faultIn(answer: JudgedAnswer, { responses }: Operation): string | undefined {
    const response = responses[answer.status];
    if (!response) return `but the document knows only ${Object.keys(responses).join(', ')}`;
    if (answer.method === 'HEAD') return undefined;
    const { content } = response;
    if (!content) return answer.text === '' ? undefined : 'with a body where the document has none';
    const media = mediaOf(answer.type);
    const described = content[media];
    if (!described) return `as "${answer.type}", but the document has ${Object.keys(content).join(', ')}`;
    return media === 'application/json' ? this.faultOfBody(answer.text, described.schema) : undefined;
  }

  /** Where there is no operation nothing is given, and every refusal is the one envelope. */
  private faultBeside({ method, status, type, text }: JudgedAnswer): string | undefined {
    if (status < 400 || status > 499) return 'where the document has no operation';
    if (method === 'HEAD') return undefined;
    return mediaOf(type) === 'application/json' ? this.faultOfBody(text, REFUSAL) : `as "${type}"`;
  }

  private faultOfBody(text: string, schema: Schema): string | undefined {
    const validate = this.validatorOf(schema);
    const body = parsed(text);
    if (body === undefined) return 'with a body that is no JSON';
    if (validate(body)) return undefined;
    const complaints = (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${instancePath || 'the body'} ${message} ${JSON.stringify(params)}`,
    );
    return `against its schema (${complaints.slice(0, 5).join('; ')})`;
  }

  private validatorOf(schema: Schema): ValidateFunction {
    const known = this.validators.get(schema);
    if (known) return known;
    const validate = this.ajv.compile(jsonSchemaOf(schema));
    this.validators.set(schema, validate);
    return validate;
  }
}

function mediaOf(type: string): string {
  return (type.split(';')[0] ?? '').trim().toLowerCase();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
