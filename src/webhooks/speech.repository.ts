import { Injectable } from '@nestjs/common';
import { Database } from '../database/index.js';
import type { GreetingValues } from './greeting.js';

/** Who speaks in a call, and of whom. */
export interface Speech extends GreetingValues {
  /** The agent's own template, if it has one. */
  greeting: string | null;
}

@Injectable()
export class SpeechRepository {
  constructor(private readonly database: Database) {}

  /** Null: there is no such call. */
  async of(callId: string): Promise<Speech | null> {
    const [speech] = await this.database.repeated<Speech>(
      `SELECT l.name, a.name AS agent, a.greeting, COALESCE(l.metadata, '{}'::jsonb) AS metadata
       FROM calls c LEFT JOIN leads l ON l.id = c.lead_id LEFT JOIN agents a ON a.id = c.agent_id WHERE c.id = $1`,
      [callId],
    );
    return speech ?? null;
  }
}
