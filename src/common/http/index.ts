export {
  accessRuleOf,
  Public,
  Roles,
  SCOPE_AREAS,
  Scopes,
  type AccessRule,
  type ScopeArea,
} from './access.decorators.js';
export { ApiAccepted, ApiCreated, ApiErrors, ApiExport, ApiOk, ApiPage } from './api-docs.decorators.js';
export { CHANGES_NOTHING, ChangesNothing } from './changes-nothing.decorator.js';
export { answerError, EnvelopeExceptionFilter } from './envelope-exception.filter.js';
export { replyOf } from './error-reply.js';
export { ErrorResponse } from './error.response.js';
export { sendExport, type ExportColumns } from './export.js';
export { ExportFormatQuery, IfSent } from './export-format.query.js';
export { IdPipe } from './id.pipe.js';
export { IsInstant, toInstant } from './instant.decorator.js';
export { BUDGET, LimitedAs, type Budget } from './limited-as.decorator.js';
export { NestedFields } from './nested-fields.decorator.js';
export { PageQueryDto } from './page-query.dto.js';
export { createValidationPipe } from './validation.pipe.js';
