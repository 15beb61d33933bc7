import { Injectable } from '@nestjs/common';
import { anyRow, Database } from '../../database/index.js';
import { QUEUED_FOR, recordEvents, type DeliveryTry, type DisabledReason } from '../../journal/index.js';
import type { NextStep } from './retry-plan.js';
import type { WrittenEvent } from './payload.js';
import { WebhookSecrets } from './webhook-secrets.js';

/** A subscription as a delivery needs it. */
export interface Recipient {
  id: string;
  url: string;
  /** Those that sign now; none: they cannot be read. */
  secrets: string[];
  version: number;
  isFailing: boolean;
}

/** Secrets of a subscription, as they lie in their row. */
export interface StoredSecrets {
  id: string;
  secret: string;
  previousSecret: string | null;
}

/** An event that is due to a subscription. */
export interface DueDelivery extends WrittenEvent {
  seq: string;
  /** Made so far. */
  attempts: number;
  isParked: boolean;
  /** Milliseconds until its next attempt; 0 or less: now. */
  waitMs: number;
}

/** One attempt and what was answered. */
export interface Attempt {
  tried: DeliveryTry;
  answer: string | null;
}

/** How a subscription stands after a failure. */
export interface Standing {
  deadInRow: number;
  failingMs: number;
}

/** Attempts that are kept of each delivery, the latest. */
const TRIES_KEPT = 20;
const TRIES = `CASE WHEN jsonb_array_length(tries) >= ${TRIES_KEPT} THEN tries - 0 ELSE tries END || $3::jsonb`;

const DUE = `d.seq, d.attempts, d.status = 'parked' AS "isParked", e.id, e.type, e.data, e.created_at AS "createdAt",
  COALESCE(extract(epoch FROM d.next_attempt_at - clock_timestamp())::float8 * 1000, 0) AS "waitMs"
  FROM webhook_deliveries d JOIN outbox_events e ON e.seq = d.seq`;

/** The number up to which all events are there that there will ever be (migration 21). */
const SETTLED = 'outbox_events_settled()';
/** So soon it is asked again whether the writers of events before the next one are done. */
const HELD = `interval '20 milliseconds'`;

const DISABLED = {
  type: `'webhook.disabled'`,
  row: 'subscription_row',
  campaignId: '(subscription_row).campaign_id',
  data: `jsonb_build_object('id', (subscription_row).id, 'url', (subscription_row).url,
    'disabledAt', (subscription_row).disabled_at, 'disabledReason', (subscription_row).disabled_reason)`,
  from: 'FROM disabled WHERE true',
};

/** What deliveries read and write, on the database's clock. */
@Injectable()
export class DeliveriesRepository {
  constructor(
    private readonly database: Database,
    private readonly secrets: WebhookSecrets,
  ) {}

  /** Null: there is none, or it is disabled. */
  async recipient(id: string): Promise<Recipient | null> {
    const [recipient] = await this.database.query<Recipient>(
      `SELECT id, url, version, failing_since IS NOT NULL OR dead_in_row > 0 AS "isFailing",
         CASE WHEN previous_secret_until > clock_timestamp() THEN ARRAY[secret, previous_secret] ELSE ARRAY[secret] END AS secrets
       FROM webhook_subscriptions WHERE id = $1 AND is_enabled`,
      [id],
    );
    return recipient ? { ...recipient, secrets: this.secrets.open(id, recipient.secrets) } : null;
  }

  /** Of all subscriptions of all workspaces, a hundred each at the most. */
  storedSecrets(): Promise<StoredSecrets[]> {
    return this.database.query(
      'SELECT id, secret, previous_secret AS "previousSecret" FROM webhook_subscriptions ORDER BY id',
    );
  }

  /** @returns false: they were changed meanwhile */
  async replaceSecrets(was: StoredSecrets, now: StoredSecrets): Promise<boolean> {
    const { affected } = await this.database.run(
      `UPDATE webhook_subscriptions SET secret = $2, previous_secret = $3
        WHERE id = $1 AND secret = $4 AND previous_secret IS NOT DISTINCT FROM $5`,
      [was.id, now.secret, now.previousSecret, was.secret, was.previousSecret],
    );
    return affected === 1;
  }

  /**
   * The head of the line, in its order, whether its time has come or not: as far as no event can come in between any more that is
   * being written (two statements: the second sees what was committed when the first looked).
   */
  async inLine(subscriptionId: string, limit: number): Promise<DueDelivery[]> {
    const [line] = await this.database.query<{ settled: string }>(`SELECT ${SETTLED} AS settled`);
    return this.database.query(
      `SELECT ${DUE} WHERE d.subscription_id = $1 AND d.status = 'pending' AND d.seq <= $3 ORDER BY d.seq LIMIT $2`,
      [subscriptionId, limit, line?.settled],
    );
  }

  /** Events beside the line whose time has come. */
  beside(subscriptionId: string, limit: number): Promise<DueDelivery[]> {
    return this.database.query(
      `SELECT ${DUE} WHERE d.subscription_id = $1 AND d.status = 'parked' AND d.next_attempt_at <= statement_timestamp()
       ORDER BY d.next_attempt_at, d.seq LIMIT $2`,
      [subscriptionId, limit],
    );
  }

  /** @returns whether the subscription is still what it was when the delivery began */
  async delivered(to: Recipient, seq: string, { tried, answer }: Attempt): Promise<boolean> {
    const [row] = await this.database.query<{ isCurrent: boolean }>(
      `WITH told AS (
         UPDATE webhook_deliveries SET status = 'delivered', attempts = attempts + 1, tries = ${TRIES}, answer = $4,
           next_attempt_at = NULL, ended_at = clock_timestamp()
         WHERE subscription_id = $1 AND seq = $2 AND status IN ('pending', 'parked')
       ), well AS (
         UPDATE webhook_subscriptions SET failing_since = NULL, dead_in_row = 0 WHERE $6::boolean AND id = $1
       )
       SELECT EXISTS (SELECT 1 FROM webhook_subscriptions WHERE id = $1 AND is_enabled AND version = $5) AS "isCurrent"`,
      [to.id, seq, JSON.stringify([tried]), answer, to.version, to.isFailing],
    );
    return row?.isCurrent ?? false;
  }

  /** Writes a failed attempt down. @returns how the subscription stands; null: it is gone */
  async failed(
    to: Recipient,
    seq: string,
    { tried, answer }: Attempt,
    next: NextStep,
  ): Promise<Standing | null> {
    const isDead = next.status === 'dead';
    const [standing] = await this.database.query<Standing>(
      `WITH told AS (
         UPDATE webhook_deliveries SET status = $5, attempts = attempts + 1, tries = ${TRIES}, answer = $4,
           next_attempt_at = clock_timestamp() + $6::float8 * interval '1 millisecond',
           ended_at = CASE WHEN $7::boolean THEN clock_timestamp() END
         WHERE subscription_id = $1 AND seq = $2 AND status IN ('pending', 'parked')
       )
       UPDATE webhook_subscriptions SET failing_since = COALESCE(failing_since, clock_timestamp()),
         dead_in_row = dead_in_row + $7::boolean::integer
       WHERE id = $1
       RETURNING dead_in_row AS "deadInRow", extract(epoch FROM clock_timestamp() - failing_since)::float8 * 1000 AS "failingMs"`,
      [to.id, seq, JSON.stringify([tried]), answer, next.status, next.waitMs, isDead],
    );
    return standing ?? null;
  }

  /**
   * Sends a subscription nothing more, unless it was changed meanwhile; what waits for it stays. The others are told.
   * @returns the subscriptions that have something to be told; null: it was not disabled
   */
  async disable(to: Recipient, reason: DisabledReason): Promise<string[] | null> {
    const [row] = await this.database.query<{ queuedFor: string[] }>(
      `WITH disabled AS (
         UPDATE webhook_subscriptions SET is_enabled = false, version = version + 1, disabled_at = clock_timestamp(),
           disabled_reason = $3::jsonb, updated_at = now()
         WHERE id = $1 AND version = $2 AND is_enabled RETURNING webhook_subscriptions AS subscription_row
       ), ${recordEvents(DISABLED)}
       SELECT ${QUEUED_FOR} AS "queuedFor" FROM disabled`,
      [to.id, to.version, JSON.stringify(reason)],
    );
    return row?.queuedFor ?? null;
  }

  /** Milliseconds until something of the subscription is due; null: nothing waits. */
  async nextDue(subscriptionId: string): Promise<number | null> {
    const [row] = await this.database.query<{ waitMs: number | null }>(
      `SELECT extract(epoch FROM LEAST(
           (SELECT COALESCE(next_attempt_at, clock_timestamp() + CASE WHEN seq > ${SETTLED} THEN ${HELD} ELSE '0' END)
             FROM webhook_deliveries WHERE subscription_id = $1 AND status = 'pending' ORDER BY seq LIMIT 1),
           (SELECT next_attempt_at FROM webhook_deliveries
             WHERE subscription_id = $1 AND status = 'parked' ORDER BY next_attempt_at LIMIT 1)
         ) - clock_timestamp())::float8 * 1000 AS "waitMs"
       FROM webhook_subscriptions WHERE id = $1 AND is_enabled`,
      [subscriptionId],
    );
    return row?.waitMs ?? null;
  }

  /** Subscriptions that have something due. */
  async due(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT s.id FROM webhook_subscriptions s WHERE s.is_enabled AND (
         ${anyRow(`FROM webhook_deliveries d
           WHERE d.subscription_id = s.id AND d.status = 'parked' AND d.next_attempt_at <= statement_timestamp()`)}
         OR (SELECT COALESCE(h.next_attempt_at <= statement_timestamp(), true) FROM webhook_deliveries h
           WHERE h.subscription_id = s.id AND h.status = 'pending' ORDER BY h.seq LIMIT 1))`,
    );
    return rows.map(({ id }) => id);
  }
}
