import {
  Injectable,
  Logger,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request, RequestHandler, Response } from 'express';
import multer, { type StorageEngine } from 'multer';
import { finalize, type Observable } from 'rxjs';
import { DomainError, ruleError } from '../common/index.js';
import { AppConfig } from '../config/index.js';
import { ReceivedFile } from './received-file.js';

const FIELD = 'file';
const MEGABYTE = 1024 * 1024;
/** Beside the file nothing is wanted; what some clients send along is small. Sizes in bytes. */
const FORM_LIMITS = { fields: 20, parts: 21, fieldSize: 64 * 1024, fieldNameSize: 100, headerPairs: 50 };

interface Received {
  received?: ReceivedFile;
}

/** A request that went through the interceptor. */
export type FileRequest = Request & Received;

/** The file of a request that went through the interceptor; it is freed when the request has been answered. */
export function receivedFile({ received }: FileRequest): ReceivedFile {
  if (!received) throw fileRequired();
  return received;
}

/** Receives the file of a multipart form on disk, and frees it when the request has been answered, however. */
@Injectable()
export class FileUploadInterceptor implements NestInterceptor {
  private readonly logger = new Logger('Uploads');
  private readonly receive: RequestHandler;

  constructor(config: AppConfig) {
    const limits = { fileSize: config.UPLOAD_MAX_MB * MEGABYTE, files: 1, ...FORM_LIMITS };
    this.receive = multer({ storage: this.storage(), limits }).single(FIELD);
  }

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FileRequest>();
    const response = context.switchToHttp().getResponse<Response>();
    if (request.headers['content-type'] && !request.is('multipart/form-data')) throw wrongContentType();
    // Unpacked, a small file could fill the disk; nobody sends one so.
    if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') throw wrongContentType();
    try {
      await new Promise<void>((resolve, reject) => {
        this.receive(request, response, (error?: unknown) =>
          error ? reject(refusalOf(error, request)) : resolve(),
        );
      });
      if (!request.received) throw fileRequired();
    } catch (error) {
      this.free(request);
      throw error;
    }
    return next.handle().pipe(finalize(() => this.free(request)));
  }

  private storage(): StorageEngine {
    return {
      _handleFile: (request: FileRequest, file, done) => {
        const gone = new AbortController();
        request.once('close', () => {
          if (!request.complete) gone.abort();
        });
        ReceivedFile.receive(file.stream, file.originalname, gone.signal).then(
          (received) => {
            // The second of two files is refused after it has come.
            this.free(request);
            request.received = received;
            done(null, {});
          },
          (error: unknown) => done(error),
        );
      },
      _removeFile: (request: FileRequest, _file, done) => {
        this.free(request);
        done(null);
      },
    };
  }

  private free(request: Received): void {
    const file = request.received;
    delete request.received;
    file?.close().catch((error: unknown) => {
      this.logger.warn(`An uploaded file could not be closed: ${String(error)}`);
    });
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
