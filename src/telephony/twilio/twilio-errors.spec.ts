import { describe, expect, it } from 'vitest';
import { classifyRefusal } from './twilio-errors.js';

describe('classifyRefusal', () => {
  it.each([
    ['recipient_refused', 400, [21211, 21214, 21215, 21216, 21217, 21219]],
    ['account_refused', 400, [21201, 21205, 21210, 21212, 21213]],
    ['account_refused', 401, [20003, undefined]],
    ['account_refused', 403, [20005, undefined]],
    ['not_placed', 429, [20429, undefined]],
    ['not_placed', 400, [10004, 22005]],
    ['unknown', 500, [20500, undefined]],
    ['unknown', 503, [20503, undefined]],
    ['unknown', 400, [99999, undefined]],
  ] as const)('should call it %s on HTTP %i with %j', (kind, status, codes) => {
    for (const code of codes) {
      expect(classifyRefusal({ status, code, message: 'words' })).toMatchObject({
        kind,
        code: String(code ?? status),
        message: 'words',
      });
    }
  });
});
