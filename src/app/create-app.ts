import { NotFoundException, type DynamicModule, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import compression from 'compression';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import type { RequestListener, Server } from 'node:http';
import { answerError, createValidationPipe, EnvelopeExceptionFilter } from '../common/http/index.js';
import { authenticate, Authenticator } from '../auth/index.js';
import type { AppConfig } from '../config/index.js';
import { accessLog } from './access-log.js';
import { serveApiDocs } from './api-docs.js';
import { apiBody } from './body-parsing.js';
import { CarrierDoor } from '../webhooks/index.js';
import { answerClientErrors } from './client-errors.js';
import { refuseForeignHosts } from './hosts.js';
import { corsOrigin, refuseForeignPages } from './origins.js';
import { requestContext } from './request-context.js';
import { limitBodyTime, limitConnections } from './slow-requests.js';

const API_PREFIX = 'api/v1';
/** Routes that stand at the root, or name the prefix themselves. */
const UNPREFIXED = ['health', `${API_PREFIX}/health`];
const EXPOSED_HEADERS = [
  'X-Request-Id',
  'Retry-After',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'Idempotent-Replayed',
  'WWW-Authenticate',
];

/** The HTTP application with its whole surface, initialised and not listening yet. */
export async function createApp(
  module: DynamicModule,
  config: AppConfig,
  logger: LoggerService,
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(module, {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
  app.disable('x-powered-by');
  app.set('trust proxy', config.TRUST_PROXY);
  useMiddleware(app, config, logger);
  app.setGlobalPrefix(API_PREFIX, { exclude: UNPREFIXED });
  app.useGlobalFilters(new EnvelopeExceptionFilter());
  app.useGlobalPipes(createValidationPipe());
  if (config.servesDocs) serveApiDocs(app);
  await app.init();
  useLastResorts(app);
  const server: Server = app.getHttpServer();
  openCarrierDoor(server, app.get(CarrierDoor), config);
  limitConnections(server, config);
  answerClientErrors(server);
  return app;
}

function useMiddleware(app: NestExpressApplication, config: AppConfig, logger: LoggerService): void {
  app.use(requestContext);
  app.use(accessLog(logger));
  app.use(helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }));
  app.use(refuseForeignHosts(config));
  app.enableCors({
    origin: corsOrigin(config),
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: 600,
  });
  app.use(refuseForeignPages(config));
  app.use(compression());
  app.use(authenticate(app.get(Authenticator)));
  app.use(`/${API_PREFIX}`, apiBody());
}

/** The carrier's requests never reach Express: see `CarrierDoor`. */
function openCarrierDoor(server: Server, door: CarrierDoor, config: AppConfig): void {
  const others = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    limitBodyTime(request, response, config.REQUEST_TIMEOUT_MS);
    if (door.take(request, response)) return;
    for (const listener of others) listener(request, response);
  });
}

/** Nest answers below its prefix only; beside it Express would send pages. */
function useLastResorts(app: NestExpressApplication): void {
  app.use((request: Request, _response: Response, next: NextFunction) => {
    next(new NotFoundException(`Cannot ${request.method} ${request.path}`));
  });
  // Express tells an error handler by its four parameters.
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    answerError(error, response);
  });
}
