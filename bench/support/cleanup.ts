type Undo = () => Promise<unknown>;

/** What a run started, taken back in the opposite order, whatever else has failed meanwhile. */
export class Cleanup {
  private readonly undos: { words: string; undo: Undo }[] = [];
  private running: Promise<void> | undefined;

  /** @param words what is stopped, as a failure shall name it */
  add(words: string, undo: Undo): void {
    this.undos.push({ words, undo });
  }

  /** Safe to call twice: the second caller waits for the first. */
  run(): Promise<void> {
    this.running ??= this.unwind().finally(() => (this.running = undefined));
    return this.running;
  }

  private async unwind(): Promise<void> {
    for (let next = this.undos.pop(); next; next = this.undos.pop()) {
      const { words, undo } = next;
      await undo().catch((error: unknown) => {
        console.error(`Could not stop ${words}: ${String(error)}`);
      });
    }
  }
}
