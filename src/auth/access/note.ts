import { currentScope, runInScope, type RequestScope } from '../../common/index.js';
import type { Tx } from '../../database/index.js';
import type { Audit } from '../../journal/index.js';

/** Whose login it is. */
export interface LoggedIn {
  id: string;
  email: string;
  workspaceId: string;
}

/** Writes down what is being done, in its transaction, as done by that user. */
export type Note = (tx: Tx, who: LoggedIn) => Promise<void>;

/**
 * For what is done outside of any workspace, since who asks is known only in the midst of it: `action` was done by them, in
 * their workspace, from where this request comes.
 */
export function noteOf(audit: Audit, action: string): Note {
  const scope = currentScope();
  return async (tx, who) => {
    if (scope === undefined) return;
    actAs(scope, who);
    await runInScope(scope, () => audit.record(tx, { action, entity: 'auth', entityId: who.id }));
  };
}

function actAs(scope: RequestScope, { id, email, workspaceId }: LoggedIn): void {
  // Somebody is known already: anybody, in open mode, or who showed credentials that nobody asked for.
  if (scope.actor !== undefined) return;
  scope.actor = { kind: 'user', id, name: email };
  scope.workspaceId = workspaceId;
}
