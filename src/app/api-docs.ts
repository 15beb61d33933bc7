import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ErrorResponse } from '../common/http/index.js';

const DOCS_PATH = 'api-docs';
const VERSION = '1.0.0';
const DESCRIPTION = `Outbound calling campaigns: leads, agents, calls.

Every answer is an envelope: \`success\` and \`data\`, with \`pagination\` for lists. A refusal has \`success: false\`, \`error\`
and \`details\` for people, a stable \`code\` for programs, and \`errors\` by field where the input is wrong. Every answer carries
\`X-Request-Id\`. Durations are milliseconds, times are UTC.`;

const TAGS: [name: string, description: string][] = [
  ['health', 'Is it running?'],
  ['campaigns', 'A list of leads, rules for calling them, and a life'],
  ['leads', 'Whom a campaign calls'],
  ['agents', 'The AI voice agents that speak'],
  ['calls', 'One attempt to reach one lead'],
  ['suppressions', 'Numbers that must not be called'],
  ['audit', 'Who changed what'],
];

/** Answers any operation may give, whatever its route says. */
const ALWAYS: [status: string, description: string][] = [
  ['429', 'Too many requests: wait as long as `Retry-After` says'],
  ['500', 'Something went wrong on our side'],
  ['503', 'Postgres or Redis is away: try again after `Retry-After`'],
];

/** Answers any operation with a body may give besides. */
const WITH_BODY: [status: string, description: string][] = [
  ['413', 'The body is too large'],
  ['415', 'The body is of another type than this operation takes'],
];

/** Swagger UI at `/api-docs`, the OpenAPI document at `/api-docs-json`. */
export function serveApiDocs(app: NestExpressApplication): void {
  const builder = new DocumentBuilder()
    .setTitle('Campaign Calling API')
    .setDescription(DESCRIPTION)
    .setVersion(VERSION)
    .addServer('/');
  for (const [name, description] of TAGS) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    extraModels: [ErrorResponse],
    operationIdFactory: (controller, method) =>
      `${lowerFirst(controller.replace(/Controller$/, ''))}${upperFirst(method)}`,
  });
  addCommonErrors(document);
  SwaggerModule.setup(DOCS_PATH, app, document, {
    jsonDocumentUrl: `${DOCS_PATH}-json`,
    yamlDocumentUrl: `${DOCS_PATH}-yaml`,
    customSiteTitle: 'Campaign Calling API',
    swaggerOptions: { displayOperationId: false, displayRequestDuration: true, tryItOutEnabled: true },
  });
}

function addCommonErrors(document: OpenAPIObject): void {
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/ErrorResponse' } } };
  for (const path of Object.values(document.paths)) {
    for (const operation of [path.get, path.post, path.put, path.patch, path.delete]) {
      if (!operation || operation.tags?.includes('health')) continue;
      const common = operation.requestBody ? [...ALWAYS, ...WITH_BODY] : ALWAYS;
      for (const [status, description] of common) operation.responses[status] ??= { description, content };
    }
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
