import { Injectable } from '@nestjs/common';
import type { GreetingValues } from '../agents/index.js';
import type { OptOut } from '../campaigns/index.js';
import { Batcher } from '../common/index.js';
import { Database } from '../database/index.js';

/** Who speaks in a call, and of whom. */
export interface Speech extends Pick<GreetingValues, 'name' | 'agent' | 'metadata'> {
  workspaceId: string;
  /** The agent's own template, if it has one. */
  greeting: string | null;
  /** The campaign's key against further calls, if it offers one. */
  optOut: OptOut | null;
}

const MOST_AT_ONCE = 50;

/** Calls that are answered at the same time are looked up together. */
@Injectable()
export class SpeechRepository {
  private readonly lookups = new Batcher<string, Speech | null>((callIds) => this.ofAll(callIds), {
    most: MOST_AT_ONCE,
    lanes: 1,
  });

  constructor(private readonly database: Database) {}

  /** Null: there is no such call. */
  of(callId: string): Promise<Speech | null> {
    return this.lookups.add(callId);
  }

  private async ofAll(callIds: string[]): Promise<(Speech | null)[]> {
    const rows = await this.database.repeated<Speech & { id: string }>(
      `SELECT c.id, c.workspace_id AS "workspaceId", l.name, a.name AS agent, a.greeting, COALESCE(l.metadata, '{}'::jsonb) AS metadata, k.opt_out AS "optOut"
       FROM calls c JOIN campaigns k ON k.id = c.campaign_id
         LEFT JOIN leads l ON l.id = c.lead_id LEFT JOIN agents a ON a.id = c.agent_id WHERE c.id = ANY($1::uuid[])`,
      [callIds],
    );
    const speeches = new Map(rows.map(({ id, ...speech }) => [id, speech]));
    return callIds.map((id) => speeches.get(id) ?? null);
  }
}
