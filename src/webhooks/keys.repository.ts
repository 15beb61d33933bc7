import { Injectable } from '@nestjs/common';
import { DEFAULT_OPT_OUT } from '../campaigns/index.js';
import { Database, type Tx } from '../database/index.js';
import { EventRecords } from '../journal/index.js';
import { THE_LEAD } from '../leads/index.js';

/** The call a key was pressed in. */
export interface KeyCall {
  workspaceId: string;
  campaignId: string;
  leadId: string | null;
  /** E.164. */
  phoneNumber: string;
}

/** The statements of a key that was pressed in a call. */
@Injectable()
export class KeysRepository {
  constructor(
    private readonly database: Database,
    private readonly events: EventRecords,
  ) {}

  /** Null: there is no such call (any more). Until `tx` ends it cannot be deleted, nor its campaign. */
  async hold(tx: Tx, callId: string): Promise<KeyCall | null> {
    const [call] = await this.database.query<KeyCall>(
      `SELECT workspace_id AS "workspaceId", campaign_id AS "campaignId", lead_id AS "leadId", phone_number AS "phoneNumber"
       FROM calls WHERE id = $1 FOR KEY SHARE`,
      [callId],
      tx,
    );
    return call ?? null;
  }

  /** Writes the key down, each once in a call. False: it was already, or there is no such call. */
  async tell(
    event: { callId: string; type: string; digit: string; data: object },
    tx?: Tx,
  ): Promise<boolean> {
    const { affected } = await this.database.run(
      `INSERT INTO call_events (call_id, workspace_id, type, dedupe_key, data)
       SELECT id, workspace_id, $2::text, $3::text, $4::jsonb FROM calls WHERE id = $1 FOR KEY SHARE
       ON CONFLICT (call_id, dedupe_key) DO NOTHING`,
      [event.callId, event.type, `key:${event.digit}`, JSON.stringify(event.data)],
      tx,
    );
    return affected === 1;
  }

  /** A lead that waits for another attempt is left to fail as suppressed when its turn comes. */
  async markLead(tx: Tx, leadId: string): Promise<void> {
    await this.database.run(
      `UPDATE leads SET reason = 'opted_out', updated_at = clock_timestamp()
       WHERE id = $1 AND status IN ('calling', 'completed', 'failed')`,
      [leadId],
      tx,
    );
    await this.events.record(tx, 'lead.opted_out', THE_LEAD, leadId);
  }

  /** What the campaign says to a person who opted out. */
  async confirmation(callId: string): Promise<string> {
    const [row] = await this.database.query<{ confirmation: string | null }>(
      `SELECT k.opt_out ->> 'confirmation' AS confirmation FROM calls c JOIN campaigns k ON k.id = c.campaign_id
       WHERE c.id = $1`,
      [callId],
    );
    return row?.confirmation ?? DEFAULT_OPT_OUT.confirmation;
  }
}
