import pg, { type PoolClient, type PoolConfig } from 'pg';
import { REQUEST_ROLE, SYSTEM_ROLE, connectionOptions } from './roles.js';
import { workspaceId } from './workspace.js';

/** Of the pool's size, so many connections are kept for requests, beside the system's own; at least two. */
const FOR_REQUESTS = 0.5;

type Connected = (error: Error | undefined, client?: PoolClient, release?: PoolClient['release']) => void;

/**
 * The pool that TypeORM takes its connections from. What works for the system gets one whose role sees every row; what works
 * for a request gets one of another role, which sees the rows of the workspace it names (row-level security, the second
 * wall behind the conditions of repositories), and none while it names none.
 *
 * A connection is told its workspace when it is taken, if its last one was another: so every statement and every transaction
 * begins with its own. It cannot be left with somebody else's: there is no other way to a connection than here; one that is
 * not certain to have been told (the telling failed) or that comes back amid a transaction is closed, not used.
 */
export class ScopedPool extends pg.Pool {
  private readonly requests: pg.Pool;
  /** Which workspace each connection for requests names. */
  private readonly told = new WeakMap<PoolClient, string>();

  constructor(config: PoolConfig) {
    super({ ...config, options: connectionOptions(SYSTEM_ROLE) });
    const max = Math.max(2, Math.ceil((config.max ?? 10) * FOR_REQUESTS));
    this.requests = new pg.Pool({ ...config, max, options: connectionOptions(REQUEST_ROLE) });
    this.requests.on('error', (error, client) => this.emit('error', error, client));
  }

  override connect(): Promise<PoolClient>;
  override connect(connected: Connected): void;
  override connect(connected?: Connected): Promise<PoolClient> | void {
    const id = workspaceId();
    const taken = id === undefined ? super.connect() : this.takeFor(id);
    if (!connected) return taken;
    taken.then(
      (client) => connected(undefined, client, client.release.bind(client)),
      (error: unknown) => connected(error instanceof Error ? error : new Error(String(error))),
    );
  }

  override end(): Promise<void>;
  override end(ended: () => void): void;
  override end(ended?: () => void): Promise<void> | void {
    const all = Promise.all([super.end(), this.requests.end()]).then(() => undefined);
    if (!ended) return all;
    void all.then(ended);
  }

  private async takeFor(id: string): Promise<PoolClient> {
    const client = await this.requests.connect();
    try {
      if (client.getTransactionStatus() !== 'I') throw new Error('A connection came back amid a transaction');
      if (this.told.get(client) !== id) await this.tell(client, id);
      return client;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  private async tell(client: PoolClient, id: string): Promise<void> {
    this.told.delete(client);
    const text = `SELECT set_config('app.workspace_id', $1, false)`;
    await client.query({ name: 'workspace', text, values: [id] });
    this.told.set(client, id);
  }
}
