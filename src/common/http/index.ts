export { ApiAccepted, ApiCreated, ApiErrors, ApiOk, ApiPage } from './api-docs.decorators.js';
export { answerError, EnvelopeExceptionFilter } from './envelope-exception.filter.js';
export { replyOf } from './error-reply.js';
export { ErrorResponse } from './error.response.js';
export { IdPipe } from './id.pipe.js';
export { PageQueryDto } from './page-query.dto.js';
export { createValidationPipe } from './validation.pipe.js';
