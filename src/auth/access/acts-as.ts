import { currentScope } from '../../common/index.js';
import type { Identity } from './identity.js';

/** Of a public route, where who asks is known only once it is done: what it did was done by them, in their workspace. */
export function actsAs({ actor, workspaceId }: Pick<Identity, 'actor' | 'workspaceId'>): void {
  const scope = currentScope();
  if (scope === undefined || scope.actor !== undefined) return;
  scope.actor = actor;
  scope.workspaceId = workspaceId;
}
