/** Work that a clock asks for again and again: never twice at once, and not after `stop`. */
export class Ticking {
  private running: Promise<void> | undefined;
  private hasStopped = false;

  /** @param failed hears what went wrong; the next tick comes all the same */
  constructor(
    private readonly work: () => Promise<void>,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Long work asks now and then. */
  get isStopping(): boolean {
    return this.hasStopped;
  }

  /** Resolves when the work is done; at once where it is under way already. */
  async tick(): Promise<void> {
    if (this.running || this.hasStopped) return;
    this.running = this.work().catch(this.failed);
    await this.running;
    this.running = undefined;
  }

  /** Resolves when what is under way is done. */
  async stop(): Promise<void> {
    this.hasStopped = true;
    await this.running;
  }
}
