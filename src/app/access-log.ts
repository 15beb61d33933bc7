import type { LoggerService } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

/** One line per request at level `http`: method, path, status, milliseconds. No headers, no bodies. */
export function accessLog(logger: LoggerService) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const began = performance.now();
    const { method, originalUrl } = request;
    response.once('close', () => {
      const ms = Math.round(performance.now() - began);
      const status = response.writableFinished ? response.statusCode : 499;
      const message = `${method} ${originalUrl.slice(0, 500)} ${status} ${ms} ms`;
      logger.log({ level: 'http', message, method, status, ms }, 'Http');
    });
    next();
  };
}
