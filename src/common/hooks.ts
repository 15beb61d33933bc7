/**
 * A question or an order that a lower room needs an upper room to answer, without importing it.
 * The lower room makes the registry, the upper rooms add to it at start, and each call is awaited in turn.
 */
export class HookRegistry<T> {
  private readonly hooks: T[] = [];

  add(hook: T): void {
    this.hooks.push(hook);
  }

  all(): readonly T[] {
    return this.hooks;
  }

  async each(call: (hook: T) => Promise<void>): Promise<void> {
    for (const hook of this.hooks) await call(hook);
  }
}
