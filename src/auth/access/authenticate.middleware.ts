import type { NextFunction, Request, Response } from 'express';
import { currentScope } from '../../common/index.js';
import type { Authenticator } from './authenticator.js';
import { OPEN_IDENTITY, type Identity } from './identity.js';

/** Who asks, or why nobody can tell; undefined: nothing was sent. */
type Outcome = Identity | Error | undefined;

const outcomes = new WeakMap<object, Outcome>();

/** What `authenticate` found out of a request. */
export function outcomeOf(request: object): Outcome {
  return outcomes.get(request);
}

/** Who asks, once the guard has let the request in. */
export function identityOf(request: object): Identity {
  const outcome = outcomes.get(request);
  if (outcome === undefined || outcome instanceof Error) throw new Error('Nobody is known to ask');
  return outcome;
}

/** Whether somebody known asks. */
export function isIdentified(request: object): boolean {
  const outcome = outcomes.get(request);
  return outcome !== undefined && !(outcome instanceof Error);
}

/**
 * Finds out who asks before anything of the body is read, so that nobody unknown has megabytes parsed; whether that matters
 * is decided at the route, by `AccessGuard`.
 */
export function authenticate(authenticator: Authenticator) {
  return (request: Request, _response: Response, next: NextFunction): void => {
    // Without a promise: open mode costs nothing.
    if (authenticator.isOpen) {
      settle(request, OPEN_IDENTITY);
      next();
      return;
    }
    authenticator.identify(request.headers).then(
      (identity) => {
        settle(request, identity);
        next();
      },
      (error: unknown) => {
        settle(request, error instanceof Error ? error : new Error(String(error)));
        next();
      },
    );
  };
}

function settle(request: Request, outcome: Outcome): void {
  outcomes.set(request, outcome);
  const scope = currentScope();
  if (scope === undefined || outcome === undefined || outcome instanceof Error) return;
  scope.actor = outcome.actor;
  scope.workspaceId = outcome.workspaceId;
}
