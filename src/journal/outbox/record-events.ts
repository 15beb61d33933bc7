/** Rows of which each is an event, once somebody wants it. SQL all of it. */
export interface EventSource {
  /** The event's type: a text expression. */
  type: string;
  /** The thing it happened to, as it is now: a composite expression that has a `workspace_id`. */
  row: string;
  /** Its campaign: a uuid expression. */
  campaignId: string;
  /** The number of the person it is about: a text expression. */
  phoneNumber?: string;
  /** What it was, by its columns; left out: `to_jsonb(row)`. */
  data?: string;
  /** `FROM … WHERE …`: with a WHERE, to which a condition is added. */
  from: string;
}

/** `wanted_events w` wants the event `type`: the patterns it may have named are few, so they are spelled out. */
const wants = ({ type, row, campaignId }: EventSource): string => `w.workspace_id = (${row}).workspace_id
  AND (w.campaign_id IS NULL OR w.campaign_id = ${campaignId})
  AND w.event_types && ARRAY[${type}, split_part(${type}, '.', 1) || '.*', '*']`;

/**
 * Each branch asks first whether anybody is subscribed at all: Postgres then reads nothing of the source, and nothing is put
 * into JSON that nobody wants.
 */
const branch = (source: EventSource, place: number): string => `
  SELECT ${place} AS place, (${source.row}).workspace_id, ${source.type} AS type, ${source.campaignId} AS campaign_id,
    ${source.phoneNumber ?? 'NULL::text'} AS phone_number, ${source.data ?? `to_jsonb(${source.row})`} AS data
  ${source.from} AND (SELECT EXISTS (SELECT 1 FROM wanted_events))
    AND EXISTS (SELECT 1 FROM wanted_events w WHERE ${wants(source)})`;

const matching = `w.workspace_id = e.workspace_id AND (w.campaign_id IS NULL OR w.campaign_id = e.campaign_id)
  AND w.event_types && ARRAY[e.type, split_part(e.type, '.', 1) || '.*', '*']`;

/**
 * CTEs that write events down in the very statement that makes them happen, and put each in line for everybody who wants it:
 * none is lost, none invented, none told twice. Where nobody wants one, nothing is written, and it costs the look into an empty
 * index. Who is subscribed is what the statement's snapshot says: a subscription gets the events of all statements that begin after
 * it was answered. It is locked against being deleted until then, so that no change fails for it. Sources are told in their order.
 */
export function recordEvents(...sources: EventSource[]): string {
  return `wanted_events AS MATERIALIZED (
    SELECT id, workspace_id, campaign_id, event_types FROM webhook_subscriptions WHERE is_enabled FOR KEY SHARE
  ), told_events AS (
    INSERT INTO outbox_events (id, workspace_id, type, campaign_id, phone_number, data)
    SELECT gen_random_uuid(), workspace_id, type, campaign_id, phone_number, data FROM (${sources.map(branch).join(' UNION ALL ')}) AS happened
    ORDER BY place
    RETURNING seq, id, workspace_id, type, campaign_id
  ), queued_events AS (
    INSERT INTO webhook_deliveries (subscription_id, seq, workspace_id, event_id)
    SELECT w.id, e.seq, e.workspace_id, e.id FROM told_events e JOIN wanted_events w ON ${matching}
    ORDER BY w.id, e.seq
    RETURNING subscription_id
  )`;
}

/** Ids of the subscriptions that have something to be told now, for `Outbox.ring`: an expression of a statement with `recordEvents`. */
export const QUEUED_FOR = 'ARRAY(SELECT DISTINCT subscription_id FROM queued_events)::text[]';
