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
  ['webhooks', 'Who is told of events, and what became of telling it: docs/webhooks.md'],
  ['auth', 'Who may do what: users, logins, API keys'],
  ['audit', 'Who changed what'],
];

type Replies = [status: string, description: string][];

/** Answers any operation may give, whatever its route says: a GET may be sent a broken body too. */
const ALWAYS: Replies = [
  ['400', 'The request cannot be read, or something in it is wrong'],
  ['408', 'The request took too long to arrive'],
  ['413', 'The body is too large'],
  ['415', 'The body is of another type than this operation takes'],
  ['421', 'Open mode serves only this machine: the request is meant for another host'],
  ['431', 'The headers are too large'],
  ['500', 'Something went wrong on our side'],
];

/** Answers any operation but health may give besides. */
const LIMITED: Replies = [
  ['429', 'Too many requests: wait as long as `Retry-After` says'],
  ['503', 'Postgres or Redis is away: try again after `Retry-After`'],
];

/** Answers any operation that is not public may give besides. */
const GUARDED: Replies = [
  ['401', 'No credentials, or wrong ones'],
  ['403', 'It takes a stronger role, or another scope'],
];

/** What a GET may answer to a cache; it has no body. */
const NOT_CHANGED = { description: 'What `If-None-Match` names is still what there is' };

/** Answers a change may give besides. */
const CHANGING: Replies = [['403', 'A page of another origin asks for it: see CORS_ORIGINS']];

/** Swagger UI at `/api-docs`, the OpenAPI document at `/api-docs-json`. */
export function serveApiDocs(app: NestExpressApplication): void {
  const builder = new DocumentBuilder()
    .setTitle('Campaign Calling API')
    .setDescription(DESCRIPTION)
    .setVersion(VERSION)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'An access token, or an API key' },
      'bearer',
    )
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key' }, 'apiKey');
  for (const [name, description] of TAGS) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    extraModels: [ErrorResponse],
    operationIdFactory: (controller, method) =>
      `${lowerFirst(controller.replace(/Controller$/, ''))}${upperFirst(method)}`,
  });
  // Open: whoever reaches it may use it.
  document.security ??= [];
  addCommonErrors(document);
  nameNulls(document.components?.schemas);
  SwaggerModule.setup(DOCS_PATH, app, document, {
    jsonDocumentUrl: `${DOCS_PATH}-json`,
    yamlDocumentUrl: `${DOCS_PATH}-yaml`,
    customSiteTitle: 'Campaign Calling API',
    swaggerOptions: { displayOperationId: false, displayRequestDuration: true, tryItOutEnabled: true },
  });
}

function addCommonErrors(document: OpenAPIObject): void {
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/ErrorResponse' } } };
  for (const { get, post, put, patch, delete: remove } of Object.values(document.paths)) {
    for (const operation of [get, post, put, patch, remove]) {
      if (!operation) continue;
      const isHealth = operation.tags?.includes('health');
      const replies = [
        ...ALWAYS,
        ...(isHealth ? [] : LIMITED),
        ...(operation.security ? GUARDED : []),
        ...(operation === get ? [] : CHANGING),
      ];
      for (const [status, description] of replies) operation.responses[status] ??= { description, content };
      if (operation === get) operation.responses['304'] = NOT_CHANGED;
    }
  }
}

/** OpenAPI 3.0.3 wants null among the values of an enum that may be null; Nest leaves it out. */
function nameNulls(part: unknown): void {
  if (typeof part !== 'object' || part === null) return;
  if ('nullable' in part && part.nullable === true && 'enum' in part && Array.isArray(part.enum)) {
    part.enum = [...new Set<unknown>([...(part.enum as unknown[]), null])];
  }
  Object.values(part).forEach(nameNulls);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
