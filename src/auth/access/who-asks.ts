import { currentScope } from '../../common/index.js';

/** The workspace and the name of who asks, which the guard has let in. */
export function whoAsks(): { workspaceId: string; name: string } {
  const { workspaceId, actor } = currentScope() ?? {};
  if (workspaceId === undefined || actor === undefined) throw new Error('Nobody is known to ask');
  return { workspaceId, name: actor.name };
}
