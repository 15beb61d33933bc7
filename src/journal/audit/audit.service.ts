import { Injectable } from '@nestjs/common';
import { currentScope, newId, type Actor } from '../../common/index.js';
import type { Tx } from '../../database/index.js';
import { IdempotencyKeysRepository } from '../idempotency/idempotency-keys.repository.js';
import { currentJournal } from '../request-journal.js';
import { currentWorkspace } from '../workspace.js';
import { AuditRepository } from './audit.repository.js';
import type { Change } from './change.js';
import { instantOf } from './instants.js';

const SYSTEM: Actor = { kind: 'system', id: null, name: 'system' };
/** Nobody is asked who they are. */
const ANYBODY: Actor = { kind: 'open', id: null, name: 'open mode' };

/** The log of every change: who, what, before and after, from where. */
@Injectable()
export class Audit {
  constructor(
    private readonly entries: AuditRepository,
    private readonly keys: IdempotencyKeysRepository,
  ) {}

  /**
   * Writes a change down for whoever asked for it, in its transaction: both are there or neither is. The request's
   * Idempotency-Key, if it has one, learns in the same transaction that it was done.
   * @param tx undefined only where the change is none of Postgres's
   * @throws DomainError `IDEMPOTENCY_KEY_IN_FLIGHT` where another request has taken the key over: nothing is done then
   */
  async record(tx: Tx | undefined, change: Change): Promise<void> {
    const scope = currentScope();
    const journal = currentJournal();
    if (journal?.hold) await this.keys.markDone(tx, journal.hold, change);
    const actor = scope ? (scope.actor ?? ANYBODY) : SYSTEM;
    const { address = null, requestId = null } = scope ?? {};
    await this.insert(tx, change, { actor, address, requestId, workspaceId: scope && currentWorkspace() });
    if (journal) journal.isToldOf = true;
  }

  /**
   * Writes down what nobody asked for: a schedule, a safeguard, or a person who was called did it.
   * @param workspaceId needed only where the change is about no campaign
   */
  async recordForSystem(tx: Tx | undefined, change: Change, workspaceId?: string): Promise<void> {
    await this.insert(tx, change, { actor: SYSTEM, address: null, requestId: null, workspaceId });
  }

  /** This request looked like a change and was none: a rehearsal, an empty list. */
  changedNothing(): void {
    const journal = currentJournal();
    if (journal) journal.isToldOf = true;
  }

  private async insert(
    tx: Tx | undefined,
    {
      action,
      entity,
      entityId = null,
      campaignId = null,
      before = null,
      after = null,
      details = null,
    }: Change,
    by: { actor: Actor; address: string | null; requestId: string | null; workspaceId: string | undefined },
  ): Promise<void> {
    const id = newId();
    const { actor, ...from } = by;
    await this.entries.insert(
      {
        ...{ id, at: instantOf(id), action, entity, entityId, campaignId, before, after, details },
        ...{ actorKind: actor.kind, actorId: actor.id, actorName: actor.name },
        ...from,
      },
      tx,
    );
  }
}
