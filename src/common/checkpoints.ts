/** Instants at which a crash would hurt most. Each is where the code says `checkpoints.at(…)`. */
export const CHECKPOINTS = [
  'startup.migrated',
  'claim.committed',
  'placement.before-guard',
  'placement.guarded',
  'placement.sent',
  'placement.answered',
  'callback.in-transaction',
  'callback.committed',
  'reconcile.acting',
  'pause.committed',
  'idempotency.claimed',
  'idempotency.done',
] as const;

export type Checkpoint = (typeof CHECKPOINTS)[number];

/** Where a fault run may end the process; anywhere else nothing happens. */
export abstract class Checkpoints {
  abstract at(checkpoint: Checkpoint): void;
}

/** Production: none of them does anything. */
export class NoCheckpoints extends Checkpoints {
  at(): void {
    // nothing to do
  }
}

/** Ends the process as `kill -9` would, the `nth` time it comes by one checkpoint. */
export class DeadlyCheckpoint extends Checkpoints {
  private passed = 0;

  constructor(
    private readonly deadly: Checkpoint,
    private readonly nth: number,
  ) {
    super();
  }

  at(checkpoint: Checkpoint): void {
    if (checkpoint !== this.deadly) return;
    this.passed += 1;
    if (this.passed === this.nth) process.kill(process.pid, 'SIGKILL');
  }
}
