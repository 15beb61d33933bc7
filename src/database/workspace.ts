import { currentScope } from '../common/index.js';
import { DEFAULT_WORKSPACE_ID } from './constants.js';

/** The workspace this code works for; undefined: it is no request, and the system works for all of them. */
export function workspaceId(): string | undefined {
  return currentScope()?.workspaceId;
}

/** For entities: only rows of this workspace. */
export function ofWorkspace(): { workspaceId?: string } {
  const id = workspaceId();
  return id === undefined ? {} : { workspaceId: id };
}

/** For entities and statements that insert what no other row says the workspace of. */
export function newRowsWorkspace(): string {
  return workspaceId() ?? DEFAULT_WORKSPACE_ID;
}

/**
 * For statements: ` AND workspace_id = $n`, or nothing for the system.
 * @param values the statement's parameters, of which it becomes the last
 */
export function andOwn(values: unknown[], column = 'workspace_id'): string {
  const id = workspaceId();
  if (id === undefined) return '';
  values.push(id);
  return ` AND ${column} = $${values.length}`;
}

/**
 * Where leads are looked for by an expression (a name, a priority). A request looks in a view that shows those of its
 * workspace: why not in the table itself, says migration 16.
 */
export function searchedLeads(): 'leads' | 'leads_of_workspace' {
  return workspaceId() === undefined ? 'leads' : 'leads_of_workspace';
}
