import { Injectable } from '@nestjs/common';
import { andOwn, Database, type Tx } from '../database/index.js';
import { IS_OPEN } from './open-calls.js';
import type { Account } from './rules/shares.js';

/** Who holds or wants slots of the account, and since when nobody has looked. */
export interface AccountLook {
  accounts: Account[];
  /** Milliseconds since the latest claim under a cap. */
  elapsedMs: number;
}

interface Row extends Account {
  isWishing: boolean;
  elapsedMs: number | null;
}

/** Any number of ours: it only has to be the same in every process. */
const ACCOUNT_LOCK = 7_264_302;

/**
 * A wish counts for so long. Each freed slot makes who wished for it claim again, and the tick does every
 * `RECONCILE_INTERVAL_MS`: one that claims no more must not keep slots from the others.
 */
const WISH_MS = 10_000;

/** Time in which nothing happened is not held against anybody for longer. */
const MOST_ELAPSED_MS = 10_000;

/** The books on the account's slots. They are kept under the account's lock, which is taken after campaign and agents. */
@Injectable()
export class AccountSharesRepository {
  constructor(private readonly database: Database) {}

  /** Locks the account until `tx` ends. Reading is a statement of its own: it must see what the lock waited for. */
  async lock(tx: Tx): Promise<AccountLook> {
    await this.database.query('SELECT pg_advisory_xact_lock($1)', [ACCOUNT_LOCK], tx);
    return this.read(tx);
  }

  /** All who hold or want slots; in a request those of its workspace. @param tx absent: without the lock, for a look */
  async read(tx?: Tx): Promise<AccountLook> {
    const values: unknown[] = [];
    const rows = await this.database.query<Row>(
      `SELECT k.id, k.weight, COALESCE(o.open, 0)::int AS open, COALESCE(s.demand, 0) AS demand,
         COALESCE(s.held, o.open, 0)::int AS held, COALESCE(s.credit_ms, 0)::float8 AS credit,
         k.status = 'active' AND s.wished_at > clock_timestamp() - interval '${WISH_MS} milliseconds' AS "isWishing",
         extract(epoch FROM clock_timestamp() - s.settled_at)::float8 * 1000 AS "elapsedMs"
       FROM (SELECT campaign_id, count(*) AS open FROM calls WHERE ${IS_OPEN} GROUP BY campaign_id) o
       FULL JOIN account_shares s USING (campaign_id) JOIN campaigns k ON k.id = campaign_id${andOwn(values, 'k.workspace_id')}
       ORDER BY k.id`,
      values,
      tx,
    );
    const elapsedMs = rows.find((row) => row.elapsedMs !== null)?.elapsedMs ?? 0;
    return { accounts: rows.map(accountOf), elapsedMs: Math.min(MOST_ELAPSED_MS, elapsedMs) };
  }

  /**
   * Writes the books as they are now. Only the claiming campaign's own wish is news.
   * @param accounts `held`: what each holds from now on
   */
  async write(tx: Tx, claimingId: string, accounts: readonly Account[]): Promise<void> {
    const kept = accounts.filter(({ id, held, demand }) => held > 0 || demand > 0 || id === claimingId);
    await this.database.run(
      `WITH gone AS (
         DELETE FROM account_shares WHERE campaign_id <> ALL($3::uuid[])
       )
       INSERT INTO account_shares (campaign_id, workspace_id, demand, held, credit_ms, wished_at, settled_at)
       SELECT id, (SELECT workspace_id FROM campaigns WHERE campaigns.id = a.id), demand, held, round(credit), clock_timestamp(), clock_timestamp()
       FROM json_to_recordset($1::json) AS a (id uuid, demand integer, held integer, credit float8)
       ON CONFLICT (campaign_id) DO UPDATE SET held = EXCLUDED.held, credit_ms = EXCLUDED.credit_ms,
         settled_at = EXCLUDED.settled_at,
         demand = CASE WHEN EXCLUDED.campaign_id = $2 THEN EXCLUDED.demand ELSE account_shares.demand END,
         wished_at = CASE WHEN EXCLUDED.campaign_id = $2 THEN EXCLUDED.wished_at ELSE account_shares.wished_at END`,
      [JSON.stringify(kept), claimingId, kept.map(({ id }) => id)],
      tx,
    );
  }
}

/** A campaign whose wish does not count wants what it holds. */
function accountOf({ id, weight, open, demand, held, credit, isWishing }: Row): Account {
  return { id, weight, open, held, credit, demand: isWishing ? Math.max(open, demand) : open };
}
