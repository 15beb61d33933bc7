import { wordsFor } from '../../agents/index.js';
import type { Judged } from '../../dialer/index.js';
import type { PendingLead } from './preflight.repository.js';

/** Shown of the leads that lack a value. */
const MOST_EXAMPLES = 3;

/** A value that what is said speaks of. */
export interface Variable {
  /** `metadata.company`. */
  placeholder: string;
  /** Who says it. */
  saidBy: string;
}

export interface MissingVariable extends Variable {
  leads: number;
  examples: { id: string; phoneNumber: string }[];
}

/** When the pending leads may be called, and why not now. */
export class LeadCensus {
  now = 0;
  readonly later = new Map<string, number>();
  readonly never = new Map<string, number>();
  /** When the first of those that wait may be called. */
  nextAt: Date | null = null;
  private readonly missing: MissingVariable[];

  constructor(variables: readonly Variable[]) {
    this.missing = variables.map((variable) => ({ ...variable, leads: 0, examples: [] }));
  }

  /** The variables that some leads lack. */
  get lacking(): MissingVariable[] {
    return this.missing.filter(({ leads }) => leads > 0);
  }

  count({ lead, judgement }: Judged<PendingLead>, now: Date): void {
    this.countMissing(lead);
    const { nextAttemptAt, blockedReason } = lead;
    if (judgement.kind === 'fail') add(this.never, judgement.reason);
    else if (judgement.kind === 'wait') this.wait(judgement.reason, judgement.until);
    else if (nextAttemptAt && nextAttemptAt > now) this.wait(blockedReason ?? 'retry_wait', nextAttemptAt);
    else this.now += 1;
  }

  private wait(reason: string, until: Date): void {
    add(this.later, reason);
    if (this.nextAt === null || until < this.nextAt) this.nextAt = until;
  }

  private countMissing({ id, phoneNumber, name, metadata }: PendingLead): void {
    if (this.missing.length === 0) return;
    const values = { name, agent: null, metadata: metadata ?? {} };
    for (const variable of this.missing) {
      if (wordsFor(variable.placeholder, values).trim() !== '') continue;
      variable.leads += 1;
      if (variable.examples.length < MOST_EXAMPLES) variable.examples.push({ id, phoneNumber });
    }
  }
}

function add(counts: Map<string, number>, reason: string): void {
  counts.set(reason, (counts.get(reason) ?? 0) + 1);
}
