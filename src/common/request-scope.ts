import { AsyncLocalStorage } from 'node:async_hooks';

/** Who acts: somebody logged in, a program with a key, anybody (open mode), or the system itself. */
export interface Actor {
  kind: 'user' | 'api_key' | 'open' | 'system';
  /** Of the user or the key. */
  id: string | null;
  /** For people to read: an e-mail address, a key's name. Never a secret. */
  name: string;
}

/** What is known of the request that code runs for. */
export interface RequestScope {
  readonly requestId: string;
  /** The client's, behind as many proxies as `TRUST_PROXY` says. */
  readonly address?: string | undefined;
  /** Set once it is known who asks. */
  actor?: Actor;
  /** Rows of no other workspace exist for this request. */
  workspaceId?: string;
}

const storage = new AsyncLocalStorage<RequestScope | undefined>();

/** Of the request this code runs for; undefined outside of one. */
export function currentScope(): RequestScope | undefined {
  return storage.getStore();
}

/** Everything that `work` begins runs within `scope`. */
export function runInScope<T>(scope: RequestScope, work: () => T): T {
  return storage.run(scope, work);
}

/**
 * Everything that `work` begins runs for the system itself, whatever request it was begun in: what serves calls of all
 * workspaces must not see only those of the one that happened to ask first.
 */
export function outsideScope<T>(work: () => T): T {
  return storage.run(undefined, work);
}

/**
 * `source`, each step of which is done in the scope this was asked in: a stream asks for the next step from wherever it has
 * room again, which may be no scope, or another request's.
 */
export function keepScope<T>(source: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  const scope = storage.getStore();
  const steps = source[Symbol.asyncIterator]();
  const within = <R>(work: () => R): R => storage.run(scope, work);
  async function* kept(): AsyncGenerator<T, void, undefined> {
    try {
      for (;;) {
        const step = await within(() => steps.next());
        if (step.done === true) return;
        yield step.value;
      }
    } finally {
      await within(() => steps.return?.());
    }
  }
  return kept();
}
