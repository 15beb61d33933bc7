import { Injectable } from '@nestjs/common';
import { anyRow, Database } from '../database/index.js';
import type { CarrierRecord } from './rules/breaker.js';

/** How the carrier treated the calls of one campaign. */
export interface CampaignRecord extends CarrierRecord {
  campaignId: string;
}

/** Calls looked at, the latest ones: at 100 calls a second the window holds 12,000, and a thousand say enough. */
const MOST_CALLS = 1000;

/** Ids are made by the app's clock, `created_at` is the database's: an id so much older is looked at too. */
const SKEW_MS = 60_000;

/**
 * A call the carrier failed: its answer to the placement was lost (a time-out, a reset, a 5xx), it could not be reached at
 * all, or the call ended by a server failure (SIP 5xx, RFC 3261 section 21.5). Not a failure of the carrier's: our own process
 * that died or was late (`TOO_LATE`), and refusals because we are too fast (429).
 */
const IS_FAILED = `(c.status = 'failed' AND c.error_code ~ '^5[0-9]{2}$') OR ((c.error_code IS NOT NULL OR c.queue_seq > 0)
  AND ${anyRow(`FROM call_events e WHERE e.call_id = c.id
    AND ((e.type = 'call.unknown' AND e.data ->> 'code' <> 'PROCESS_LOST')
      OR (e.type = 'call.requeued' AND e.data ->> 'code' = 'NOT_SENT'))`)})`;

/** Counts, over all processes, how the carrier treated a campaign's calls. */
@Injectable()
export class BreakerRepository {
  constructor(private readonly database: Database) {}

  /**
   * The records of the active campaigns that these calls belong to: calls made within the window and since the campaign was
   * last started or resumed.
   */
  recordsOf(callIds: string[], windowS: number): Promise<CampaignRecord[]> {
    return this.database.query(
      `SELECT k.id AS "campaignId", r.failed, r.handled
       FROM campaigns k CROSS JOIN LATERAL (
         SELECT (count(*) FILTER (WHERE is_failed))::int AS failed,
           (count(*) FILTER (WHERE NOT is_failed AND status NOT IN ('queued', 'dialing', 'unknown')))::int AS handled
         FROM (SELECT c.status, ${IS_FAILED} AS is_failed FROM calls c
           WHERE c.campaign_id = k.id AND c.id >= $3::uuid AND c.dialed_at IS NOT NULL AND c.created_at >=
             GREATEST(k.active_since, clock_timestamp() - $2::float8 * interval '1 second')
           ORDER BY c.id DESC LIMIT ${MOST_CALLS}) AS recent
       ) r
       WHERE k.status = 'active' AND k.id = ANY(ARRAY(SELECT campaign_id FROM calls WHERE id = ANY($1::uuid[])))`,
      [callIds, windowS, oldestId(windowS)],
    );
  }
}

/** The least UUIDv7 of the window (RFC 9562, section 5.7): its first 48 bits are epoch ms. */
function oldestId(windowS: number): string {
  const since = Math.max(0, Date.now() - windowS * 1000 - SKEW_MS);
  const hex = since.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
