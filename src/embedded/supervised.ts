import { setTimeout as sleep } from 'node:timers/promises';
import { note } from './note.js';
import type { RunningService } from './running-service.js';

const RESTART_DELAY_MS = 500;

/** A service that starts when it is first wanted and is started again whenever it ends by itself. */
export class Supervised<T extends RunningService> {
  private current: Promise<T> | undefined;
  private isStopping = false;

  constructor(
    private readonly name: string,
    private readonly begin: () => Promise<T>,
  ) {}

  /** The running service. A failed start is forgotten: the next who asks tries again. */
  get(): Promise<T> {
    if (this.isStopping) return Promise.reject(new Error(`${this.name} is being stopped`));
    if (this.current) return this.current;
    const starting = this.begin();
    this.current = starting;
    starting.then(
      (service) => this.watch(service, starting),
      () => this.forget(starting),
    );
    return starting;
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.isStopping = true;
    const service = await this.current?.catch(() => undefined);
    await service?.stop();
  }

  private forget(starting: Promise<T>): void {
    if (this.current === starting) this.current = undefined;
  }

  private watch(service: T, starting: Promise<T>): void {
    note(`${this.name} runs as process ${service.pid}`);
    void service.exited.then(async () => {
      this.forget(starting);
      while (!this.isStopping) {
        note(`${this.name} has ended by itself and is started again`);
        const isBack = await this.get().then(
          () => true,
          (error: unknown) => note(`${this.name} did not start`, error),
        );
        if (isBack) return;
        await sleep(RESTART_DELAY_MS);
      }
    });
  }
}
