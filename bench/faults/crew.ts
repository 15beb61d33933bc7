import type { ChildProcess } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hasExited } from '../../src/embedded/processes.js';
import { until } from '../support/wait.js';
import { endNode, startNode } from '../support/processes.js';
import type { Site } from './site.js';

const READY_TIMEOUT_MS = 60_000;
/** The default times, made a hundredth or so as long, in about their proportions. */
const IMPATIENT = {
  RECONCILE_INTERVAL_MS: '300',
  SILENT_CALL_AFTER_MS: '1500',
  UNKNOWN_GRACE_MS: '5000',
  CARRIER_REQUEST_TIMEOUT_MS: '2000',
  CARRIER_CPS: '1000',
  RATE_LIMIT_PER_MINUTE: '0',
  LOG_LEVEL: 'warn',
  LOG_FORMAT: 'json',
  DATABASE_POOL_SIZE: '10',
};

export const ACCOUNT_LIMITS = { cps: Number(IMPATIENT.CARRIER_CPS), maxConcurrent: null };

export interface MemberOptions {
  name: string;
  role: 'api' | 'worker';
  port: number;
  site: Site;
}

/** One of the product's processes: whenever it ends, whatever the reason, it is started again at once. */
export class Member {
  readonly name: string;
  readonly role: 'api' | 'worker';
  /** How often it was started. */
  starts = 0;
  private child: ChildProcess | undefined;
  private isWanted = true;
  private databaseUrl: string;
  private faultPoint: string | undefined;
  private readonly log: string;
  private logFrom = 0;

  constructor(private readonly options: MemberOptions) {
    this.name = options.name;
    this.role = options.role;
    this.log = join(options.site.dir, `${options.name}.log`);
    this.databaseUrl = options.site.databaseUrl;
  }

  async start(): Promise<void> {
    this.logFrom = await stat(this.log).then(
      ({ size }) => size,
      () => 0,
    );
    if (!this.isWanted) return;
    const faultPoint = this.faultPoint;
    this.faultPoint = undefined;
    const child = await startNode(
      [this.options.site.main],
      { ...this.settings(), ...(faultPoint === undefined ? {} : { FAULT_POINT: faultPoint }) },
      this.log,
    );
    this.starts += 1;
    this.child = child;
    child.once('exit', () => void this.start());
  }

  /** kill -9; its successor is started at once, with the fault point if one is given. */
  kill(faultPoint?: string): void {
    this.faultPoint = faultPoint;
    this.child?.kill('SIGKILL');
  }

  /** kill -9; its successors reach Postgres by this URL. */
  reroute(databaseUrl: string): void {
    this.databaseUrl = databaseUrl;
    this.kill();
  }

  /** Stops the process where it stands, for so long. */
  suspend(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  async ready(signal: AbortSignal): Promise<void> {
    const what = `the ${this.name} process`;
    await until(() => this.isReady(), { what, timeoutMs: READY_TIMEOUT_MS, everyMs: 30, signal }).catch(
      async (error: unknown) => {
        throw new Error(`${String(error)}: ${(await this.output()).slice(-2000)}`, { cause: error });
      },
    );
  }

  async end(): Promise<void> {
    this.isWanted = false;
    if (this.child) {
      this.child.kill('SIGCONT');
      await endNode(this.child, 'SIGTERM');
    }
  }

  private async isReady(): Promise<boolean> {
    if (!this.child || hasExited(this.child)) return false;
    if (this.role === 'worker') return (await this.output()).includes('worker ready');
    const asked = fetch(`http://127.0.0.1:${this.options.port}/health`, {
      signal: AbortSignal.timeout(2000),
    });
    return asked.then(
      (answer) => answer.ok,
      () => false,
    );
  }

  private async output(): Promise<string> {
    const text = await readFile(this.log).catch(() => Buffer.alloc(0));
    return text.subarray(this.logFrom).toString('utf8');
  }

  private settings(): Record<string, string> {
    const { site, role, port } = this.options;
    return {
      ...IMPATIENT,
      ROLE: role,
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      DATA_DIR: join(site.dir, 'data'),
      DATABASE_URL: this.databaseUrl,
      REDIS_URL: site.redisUrl,
      TWILIO_ACCOUNT_SID: site.carrier.accountSid,
      TWILIO_AUTH_TOKEN: site.carrier.authToken,
      TWILIO_PHONE_NUMBERS: '+12025550100',
      TWILIO_API_URL: site.carrier.url,
      // A carrier that fails on purpose would pause the campaigns that are to be brought to their end.
      CARRIER_BREAKER_PERCENT: '0',
    };
  }
}

/** Two workers and one API process. */
export class Crew {
  readonly api: Member;
  readonly workers: readonly [Member, Member];

  constructor(site: Site, port: number) {
    const member = (name: string, role: 'api' | 'worker') => new Member({ name, role, port, site });
    this.api = member('api', 'api');
    this.workers = [member('worker-1', 'worker'), member('worker-2', 'worker')];
  }

  get all(): readonly Member[] {
    return [this.api, ...this.workers];
  }

  /** The first one migrates; the others find the schema done. */
  async start(signal: AbortSignal): Promise<void> {
    await this.api.start();
    await this.api.ready(signal);
    await Promise.all(this.workers.map((worker) => worker.start()));
    await this.ready(signal);
  }

  async ready(signal: AbortSignal): Promise<void> {
    await Promise.all(this.all.map((member) => member.ready(signal)));
  }

  /** All of them are killed and go on with Postgres at this URL. */
  async reroute(databaseUrl: string, signal: AbortSignal): Promise<void> {
    for (const member of this.all) member.reroute(databaseUrl);
    await this.ready(signal);
  }

  async end(): Promise<void> {
    await Promise.all(this.all.map((member) => member.end()));
  }
}
