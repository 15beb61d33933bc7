import { Injectable } from '@nestjs/common';
import type { GreetingValues } from '../agents/index.js';
import type { OptOut } from '../campaigns/index.js';
import { Database } from '../database/index.js';

/** Who speaks in a call, and of whom. */
export interface Speech extends Pick<GreetingValues, 'name' | 'agent' | 'metadata'> {
  workspaceId: string;
  /** The agent's own template, if it has one. */
  greeting: string | null;
  /** The campaign's key against further calls, if it offers one. */
  optOut: OptOut | null;
}

@Injectable()
export class SpeechRepository {
  constructor(private readonly database: Database) {}

  /** Null: there is no such call. */
  async of(callId: string): Promise<Speech | null> {
    const [speech] = await this.database.repeated<Speech>(
      `SELECT c.workspace_id AS "workspaceId", l.name, a.name AS agent, a.greeting, COALESCE(l.metadata, '{}'::jsonb) AS metadata, k.opt_out AS "optOut"
       FROM calls c JOIN campaigns k ON k.id = c.campaign_id
         LEFT JOIN leads l ON l.id = c.lead_id LEFT JOIN agents a ON a.id = c.agent_id WHERE c.id = $1`,
      [callId],
    );
    return speech ?? null;
  }
}
