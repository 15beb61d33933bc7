import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../support/build.js';

const FIXTURES = join(ROOT, 'test', 'fixtures');

/** What must be there before an example makes sense. */
export type Need = 'nothing' | 'campaign' | 'leads' | 'active' | 'paused' | 'agent';

/** One endpoint of the contract as its document shows it. */
export interface Example {
  title: string;
  /** e.g. `POST /api/v1/campaigns/:id/start`. */
  route: string;
  needs: Need;
  /** The lines of the example, as they stand in the document. */
  curl: string[];
  /** Fields of the answer that the example does not send, as they are then; the documented body sends them all. */
  leftOut?: Record<string, unknown>;
  /** The body the document shows, where it shows one. */
  requestBody?: Record<string, unknown>;
  status: number;
  /**
   * The documented answer, `{ success: true }` where there is none. One deliberate difference: a lead's `metadata` is
   * an object, in and out (the document's string was SQLite's).
   */
  answer: Record<string, unknown>;
}

/** All examples, in the order of the document. */
export const EXAMPLES = JSON.parse(fixture('spec-examples.json')) as Example[];

/** The document's own scripts and files, to the letter. */
export function fixture(name: string): string {
  return readFileSync(join(FIXTURES, name), 'utf8');
}

/** What the document's placeholders stand for. */
export interface Ids {
  campaign: string;
  lead: string;
  agent: string;
}

/** Puts the running app and real ids in the place of the document's. */
export function inPlace(text: string, port: number, ids: Partial<Ids> = {}): string {
  return text
    .replaceAll('localhost:3000', `localhost:${port}`)
    .replaceAll('cmggzkcrc0000sbanzqb7a2hc', ids.campaign ?? 'no-campaign')
    .replaceAll('lead_abc123', ids.lead ?? 'no-lead')
    .replaceAll('agent_xyz', ids.agent ?? 'no-agent');
}
