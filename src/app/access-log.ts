import type { LoggerService } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { maskUrl } from '../common/index.js';

/**
 * One line per request at level `http`: method, path, status, milliseconds. No headers, no bodies, and no query, which may hold
 * a number or a token.
 */
export function accessLog(logger: LoggerService) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const began = performance.now();
    const { method, originalUrl } = request;
    response.once('close', () => {
      const ms = Math.round(performance.now() - began);
      const status = response.writableFinished ? response.statusCode : 499;
      const message = `${method} ${maskUrl(originalUrl)} ${status} ${ms} ms`;
      logger.log({ level: 'http', message, method, status, ms }, 'Http');
    });
    next();
  };
}
