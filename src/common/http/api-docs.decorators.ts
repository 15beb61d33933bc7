import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { errorReplies } from './error-replies.js';
import { EXPORT_TYPES } from './export.js';
import { ErrorResponse } from './error.response.js';

type Decorator = MethodDecorator & ClassDecorator;
type Schema = Record<string, unknown>;

const PAGINATION: Schema = {
  type: 'object',
  required: ['total', 'page', 'limit', 'pages', 'nextCursor'],
  properties: {
    total: { type: 'integer', example: 25 },
    page: { type: 'integer', example: 1 },
    limit: { type: 'integer', example: 10 },
    pages: { type: 'integer', example: 3 },
    nextCursor: { type: 'string', nullable: true, description: 'For ?cursor=; null on the last page' },
    totalCapped: { type: 'boolean', enum: [true], description: 'There are more than total' },
  },
};

/** Documents 200 with the envelope around `model` (`null`: an answer with a message and no data). */
export function ApiOk(model: Type<unknown> | null, description = 'Done'): Decorator {
  return documented(200, model, description);
}

/** Documents 201 with the envelope around `model`. */
export function ApiCreated(model: Type<unknown>, description = 'Created'): Decorator {
  return documented(201, model, description);
}

/** Documents 202 with the envelope around `model`: taken, and done later. */
export function ApiAccepted(model: Type<unknown>, description = 'Accepted'): Decorator {
  return documented(202, model, description);
}

/** Documents 200 with one page of `model`s. */
export function ApiPage(model: Type<unknown>, description = 'One page'): Decorator {
  const data = { type: 'array', items: { $ref: getSchemaPath(model) } };
  const schema = envelope({ data, pagination: PAGINATION }, ['data', 'pagination']);
  return applyDecorators(ApiExtraModels(model), ApiResponse({ status: 200, description, schema }));
}

/** Documents 200 with a file of rows, in each format there is. */
export function ApiExport(description: string): Decorator {
  const file = { schema: { type: 'string', format: 'binary' } };
  const types = Object.values(EXPORT_TYPES).map((type) => type.replace(/;.*/, ''));
  const content = Object.fromEntries(types.map((type) => [type, file]));
  return applyDecorators(ApiResponse({ status: 200, description, content }));
}

/**
 * Documents refusals by their stable codes (`CAMPAIGN_NOT_FOUND`, `CAMPAIGN_ACTIVE`) or by status (413).
 * Codes of one status become that status's examples.
 */
export function ApiErrors(...refusals: (string | number)[]): Decorator {
  const replies = [...errorReplies(refusals)].map(([status, { description, examples }]) =>
    ApiResponse({
      status,
      description,
      content: { 'application/json': { schema: { $ref: getSchemaPath(ErrorResponse) }, examples } },
    }),
  );
  return applyDecorators(ApiExtraModels(ErrorResponse), ...replies);
}

function documented(status: number, model: Type<unknown> | null, description: string): Decorator {
  if (model === null) return applyDecorators(ApiResponse({ status, description, schema: envelope({}, []) }));
  const schema = envelope({ data: { $ref: getSchemaPath(model) } }, ['data']);
  return applyDecorators(ApiExtraModels(model), ApiResponse({ status, description, schema }));
}

function envelope(properties: Schema, required: string[]): Schema {
  return {
    type: 'object',
    required: ['success', ...required],
    properties: { success: { type: 'boolean', enum: [true] }, message: { type: 'string' }, ...properties },
  };
}
