import { currentScope } from '../common/index.js';
import { DEFAULT_WORKSPACE_ID } from '../database/index.js';

/** The workspace that the request this code runs for is about. */
export function currentWorkspace(): string {
  return currentScope()?.workspaceId ?? DEFAULT_WORKSPACE_ID;
}
