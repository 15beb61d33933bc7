import { newId } from '../../../src/common/index.js';
import type { KnownIds } from './operations.js';

type Post = (path: string, body: object) => Promise<{ body: unknown }>;
export type AccessIds = Pick<KnownIds, 'userId' | 'apiKeyId' | 'setupToken' | 'refreshToken'>;

/** Nobody's. */
export const NO_ACCESS: AccessIds = {
  userId: '01930000-0000-7000-8000-000000000000',
  apiKeyId: '01930000-0000-7000-8000-000000000000',
  setupToken: 'none',
  refreshToken: 'none',
};

/** Somebody, a key, and a login. @param setupToken while there is no owner: then it is the one of the routes' own examples */
export async function makeAccess(post: Post, setupToken = NO_ACCESS.setupToken): Promise<AccessIds> {
  const made = async (path: string, body: object) =>
    ((await post(path, body)).body as { data: { id: string; refreshToken: string } }).data;
  const isFirst = setupToken !== NO_ACCESS.setupToken;
  const password = 'correct horse battery';
  const owner = { email: isFirst ? 'owner@example.com' : `${newId()}@example.com`, password };
  if (isFirst) await made('/auth/setup', { ...owner, token: setupToken });
  else await made('/auth/users', { ...owner, role: 'owner' });
  const viewer = { ...owner, email: `${newId()}@example.com`, role: 'viewer' };
  return {
    userId: (await made('/auth/users', viewer)).id,
    apiKeyId: (await made('/auth/api-keys', { name: 'Key', role: 'viewer' })).id,
    setupToken,
    refreshToken: (await made('/auth/login', owner)).refreshToken,
  };
}
