import { Injectable } from '@nestjs/common';
import { andOwn, Database, type Tx } from '../../database/index.js';
import type { EventType } from './event-types.js';
import { Outbox } from './outbox.js';
import { QUEUED_FOR, recordEvents, type EventSource } from './record-events.js';

/** Where a thing is found of which something is told, by its id as `$2`. */
export type EventSubject = Omit<EventSource, 'type' | 'from'> & { from: string };

/** Events of one thing that was changed by a statement of its own, in the same transaction. */
@Injectable()
export class EventRecords {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Writes an event down, if anybody wants it, with what the thing is now.
   * @param subject `from` finds it by its id, `$2`
   */
  async record(tx: Tx, type: EventType, subject: EventSubject, id: string): Promise<void> {
    const [row] = await this.database.query<{ queuedFor: string[] }>(
      `WITH ${recordEvents({ ...subject, type: '$1::text' })} SELECT ${QUEUED_FOR} AS "queuedFor"`,
      [type, id],
      tx,
    );
    this.outbox.ring(row?.queuedFor);
  }

  /** Forgets everything told, or yet to be told, of a person, in the workspace of the request. @returns how many events that were */
  async forget(tx: Tx, phoneNumber: string): Promise<number> {
    const values: unknown[] = [phoneNumber];
    const [row] = await this.database.query<{ events: number }>(
      `WITH gone AS (
         DELETE FROM outbox_events WHERE phone_number = $1${andOwn(values)} RETURNING seq, workspace_id
       ), untold AS (
         DELETE FROM webhook_deliveries d USING webhook_subscriptions s, gone
         WHERE s.workspace_id = gone.workspace_id AND d.subscription_id = s.id AND d.seq = gone.seq
       )
       SELECT count(*)::int AS events FROM gone`,
      values,
      tx,
    );
    return row?.events ?? 0;
  }
}
