import { currentScope, type RequestScope } from '../common/index.js';

/** A request's hold of its Idempotency-Key. */
export interface Hold {
  workspaceId: string;
  /** By which it is kept: not what the client sent. */
  key: string;
  holder: string;
}

/** What this room knows of one request. */
export interface RequestJournal {
  /** Entries of the audit log it has written; or it is known that it changed nothing. */
  isToldOf: boolean;
  hold?: Hold;
}

const journals = new WeakMap<RequestScope, RequestJournal>();

/** Of the request this code runs for; undefined outside of one. */
export function currentJournal(): RequestJournal | undefined {
  const scope = currentScope();
  if (!scope) return undefined;
  const known = journals.get(scope) ?? { isToldOf: false };
  journals.set(scope, known);
  return known;
}
