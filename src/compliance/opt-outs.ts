import { Injectable } from '@nestjs/common';
import { newId } from '../common/index.js';
import type { Tx } from '../database/index.js';
import { Audit } from '../journal/index.js';
import { addition } from './suppression-fields.js';
import { SuppressionGate } from './suppression-gate.js';
import { SuppressionsRepository } from './suppressions.repository.js';

/** What a person who was called asks for. */
export interface OptOutWish {
  /** Whose calls cease. */
  workspaceId: string;
  /** E.164. */
  phoneNumber: string;
  /** Null: no campaign of the workspace may call again. */
  campaignId: string | null;
  reason: string;
}

/** Writes a wish down, in the transaction it belongs to. */
export type Suppress = (wish: OptOutWish) => Promise<void>;

/** The source of entries that people made themselves, by a key in a call. */
const SOURCE = 'keypress';

/** The do-not-call list's door for those who are called. */
@Injectable()
export class OptOuts {
  constructor(
    private readonly gate: SuppressionGate,
    private readonly suppressions: SuppressionsRepository,
    private readonly audit: Audit,
  ) {}

  /**
   * Runs `work` in one transaction. What it suppresses holds for good; when this returns, no placement to that number
   * can begin any more.
   * @throws DomainError `SUPPRESSION_UNCONFIRMED` (the number is suppressed nevertheless)
   */
  admit<T>(work: (suppress: Suppress, tx: Tx) => Promise<T>): Promise<T> {
    return this.gate.admit((tx) => work((wish) => this.suppress(tx, wish), tx));
  }

  private async suppress(tx: Tx, { phoneNumber, reason, ...scope }: OptOutWish): Promise<void> {
    const entry = { id: newId(), phoneNumber, reason, source: SOURCE, expiresAt: null };
    const isNew = (await this.suppressions.add(tx, scope, [entry])) === 1;
    const change = addition(scope.campaignId, entry, isNew);
    await this.audit.recordForSystem(tx, { ...change, details: { reason } }, scope.workspaceId);
  }
}
