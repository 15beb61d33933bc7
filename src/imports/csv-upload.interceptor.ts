import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import {
  Injectable,
  Logger,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request, RequestHandler, Response } from 'express';
import multer from 'multer';
import { finalize, type Observable } from 'rxjs';
import { DomainError, ruleError } from '../common/index.js';
import { UploadFolder } from './upload-folder.js';

const FIELD = 'file';
/** Bytes. */
const MAX_FILE = 100 * 1024 * 1024;

/** Receives the file of a multipart form on disk, and removes it when the request has been answered, however. */
@Injectable()
export class CsvUploadInterceptor implements NestInterceptor {
  private readonly logger = new Logger('Uploads');
  private readonly receive: RequestHandler;

  constructor(folder: UploadFolder) {
    const storage = multer.diskStorage({
      destination: (_request, _file, done) => {
        folder.path().then(
          (path) => done(null, path),
          (error: unknown) => done(error instanceof Error ? error : new Error('No upload folder'), ''),
        );
      },
      // Never the client's own name: it may be a path, or another upload's.
      filename: (_request, _file, done) => done(null, randomUUID()),
    });
    this.receive = multer({
      storage,
      limits: { fileSize: MAX_FILE, files: 1, fields: 20, parts: 21 },
    }).single(FIELD);
  }

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    if (request.headers['content-type'] && !request.is('multipart/form-data')) throw wrongContentType();
    await new Promise<void>((resolve, reject) => {
      this.receive(request, response, (error?: unknown) =>
        error ? reject(refusalOf(error, request)) : resolve(),
      );
    });
    if (!request.file) throw fileRequired();
    const { path } = request.file;
    return next.handle().pipe(finalize(() => this.remove(path)));
  }

  private remove(path: string): void {
    rm(path, { force: true }).catch((error: unknown) =>
      this.logger.warn(`An uploaded file could not be removed: ${String(error)}`),
    );
  }
}

/** A file in another field is a file that is missing here; what else multer says is named by the error filter. */
function refusalOf(error: unknown, request: Request): Error {
  // Nobody is there to read this answer, and nothing is wrong here that a log should tell.
  if (request.destroyed && !request.complete) return ruleError('UPLOAD_ABORTED', 'The upload was broken off');
  if (
    error instanceof multer.MulterError &&
    ['LIMIT_UNEXPECTED_FILE', 'LIMIT_FILE_COUNT'].includes(error.code)
  ) {
    return fileRequired();
  }
  return error instanceof Error ? error : new Error('The upload failed');
}

const HOW = 'Send one file in the field "file" of a multipart/form-data body';

function fileRequired(): Error {
  return ruleError('FILE_REQUIRED', 'A CSV file is required', HOW);
}

function wrongContentType(): Error {
  return new DomainError('wrong_type', 'WRONG_CONTENT_TYPE', 'Unsupported content type', HOW);
}
