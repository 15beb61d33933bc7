import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from './support/row-security.js';

const DEFAULT_WORKSPACE_ID = '00000000-0000-7000-8000-000000000001';
const WORKSPACE = `workspace_id uuid NOT NULL DEFAULT '${DEFAULT_WORKSPACE_ID}'`;

const UP = [
  // Who wants which events. A campaign that is deleted leaves its subscriptions: they are told of that too.
  `CREATE TABLE webhook_subscriptions (
     id uuid CONSTRAINT pk_webhook_subscriptions PRIMARY KEY,
     ${WORKSPACE},
     url text NOT NULL,
     description text,
     event_types text[] NOT NULL CONSTRAINT ck_webhook_subscriptions_event_types CHECK (cardinality(event_types) > 0),
     campaign_id uuid,
     is_enabled boolean NOT NULL DEFAULT true,
     version integer NOT NULL DEFAULT 1,
     secret text NOT NULL,
     previous_secret text,
     previous_secret_until timestamptz,
     failing_since timestamptz,
     dead_in_row integer NOT NULL DEFAULT 0,
     disabled_at timestamptz,
     disabled_reason jsonb,
     created_at timestamptz NOT NULL DEFAULT now(),
     updated_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT ck_webhook_subscriptions_previous_secret CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL))
   )`,
  // Every statement that could write an event asks whether anybody wants it: where nobody does, this index is empty.
  `CREATE INDEX ix_webhook_subscriptions_enabled ON webhook_subscriptions (workspace_id) WHERE is_enabled`,
  `CREATE INDEX ix_webhook_subscriptions_workspace_id_id ON webhook_subscriptions (workspace_id, id)`,

  // What happened, written in the transaction in which it did. Of two events of one thing the later has the larger seq: it
  // is taken under the lock of that thing's row.
  `CREATE TABLE outbox_events (
     seq bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_outbox_events PRIMARY KEY,
     ${WORKSPACE},
     id uuid NOT NULL,
     type text NOT NULL,
     campaign_id uuid,
     phone_number text,
     data jsonb NOT NULL,
     created_at timestamptz NOT NULL DEFAULT clock_timestamp()
   )`,
  `CREATE UNIQUE INDEX uq_outbox_events_id ON outbox_events (id)`,
  // A person who is to be forgotten is found by it.
  `CREATE INDEX ix_outbox_events_phone_number ON outbox_events (phone_number) WHERE phone_number IS NOT NULL`,

  `CREATE TABLE webhook_deliveries (
     subscription_id uuid NOT NULL CONSTRAINT fk_webhook_deliveries_subscription_id
       REFERENCES webhook_subscriptions (id) ON DELETE CASCADE,
     seq bigint NOT NULL,
     ${WORKSPACE},
     event_id uuid NOT NULL,
     status text NOT NULL DEFAULT 'pending'
       CONSTRAINT ck_webhook_deliveries_status CHECK (status IN ('pending','parked','delivered','dead')),
     attempts integer NOT NULL DEFAULT 0,
     tries jsonb NOT NULL DEFAULT '[]',
     answer text,
     next_attempt_at timestamptz,
     ended_at timestamptz,
     created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
     CONSTRAINT pk_webhook_deliveries PRIMARY KEY (subscription_id, seq),
     CONSTRAINT ck_webhook_deliveries_ended_at CHECK ((ended_at IS NULL) = (status IN ('pending','parked')))
   )`,
  // The line of each subscription, those beside it, and those that were given up.
  `CREATE INDEX ix_webhook_deliveries_pending ON webhook_deliveries (subscription_id, seq) WHERE status = 'pending'`,
  `CREATE INDEX ix_webhook_deliveries_parked ON webhook_deliveries (subscription_id, next_attempt_at, seq)
     WHERE status = 'parked'`,
  `CREATE INDEX ix_webhook_deliveries_dead ON webhook_deliveries (subscription_id, seq) WHERE status = 'dead'`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_subscriptions, outbox_events, webhook_deliveries TO campaign_api`,
  ...['webhook_subscriptions', 'outbox_events', 'webhook_deliveries'].flatMap((table) => rowSecurity(table)),
];

const DOWN = ['webhook_deliveries', 'outbox_events', 'webhook_subscriptions'].map((t) => `DROP TABLE ${t}`);

/** News that go out: who wants them, what happened, and what became of telling it. */
export class WebhooksOut1790000000018 implements MigrationInterface {
  name = 'WebhooksOut1790000000018';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
