import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/index.js';
import { Database } from '../database/index.js';
import { ACCOUNT_ID, TAKE_ACCOUNT_TURN, accountTurnParameters } from './account-turn.js';

/** What has to be respected before a placement may begin. */
export interface Pace {
  campaignId: string;
  /** Milliseconds; 0: none. */
  callDelay: number;
  /** Its part of the account's turns, 1 to 100. */
  weight: number;
}

/** The right to place now; `token` is null when the campaign has no delay. */
export interface Turn {
  granted: true;
  token: string | null;
}

/** Not now: ask again in about `waitMs`. */
export interface NoTurn {
  granted: false;
  waitMs: number;
}

interface TurnRow {
  id: string;
  isDue: boolean;
  waitMs: number;
  token: string | null;
}

/** Longer than a placement's bytes may take to leave (`send_by`): a holder that died blocks its campaign for so long. */
const HOLD_MS = 2500;

/**
 * Turns to dial, taken in Postgres so that they hold over all processes (invariant 4). A campaign's turn is held
 * until its placement is made and given back `callDelay` ahead of the database's clock: two placements can then be no
 * closer, however long either took. The account's turn is stepped when taken: at high rates a held one would cost throughput.
 */
@Injectable()
export class TurnsRepository {
  constructor(
    private readonly database: Database,
    private readonly config: AppConfig,
  ) {}

  /** Whether placements of this campaign wait for turns at all. */
  isPaced(pace: Pace): boolean {
    return pace.callDelay > 0 || this.config.CARRIER_CPS !== undefined;
  }

  /** Whether a campaign without a delay needs no turn. */
  get isUnlimited(): boolean {
    return this.config.CARRIER_CPS === undefined;
  }

  async take(pace: Pace): Promise<Turn | NoTurn> {
    const ids: string[] = [];
    if (pace.callDelay > 0) ids.push(pace.campaignId);
    if (this.config.CARRIER_CPS !== undefined) ids.push(ACCOUNT_ID);
    if (ids.length === 0) return { granted: true, token: null };
    const rows = await this.tryTake(ids, pace);
    if (rows.length < ids.length) {
      await this.open(ids, pace.campaignId);
      return this.take(pace);
    }
    if (rows.every((row) => row.isDue)) {
      return { granted: true, token: rows.find((row) => row.id === pace.campaignId)?.token ?? null };
    }
    return { granted: false, waitMs: Math.max(1, ...rows.map((row) => row.waitMs)) };
  }

  /** Gives a campaign's turn back: the next one is `callDelay` ms from now. A token that is not the latest does nothing. */
  async release(pace: Pace, token: string | null): Promise<void> {
    if (token === null) return;
    await this.database.run(
      `UPDATE dial_turns SET next_at = clock_timestamp() + $3::float8 * interval '1 millisecond'
       WHERE id = $1 AND next_at = $2::timestamptz`,
      [pace.campaignId, token, pace.callDelay],
    );
  }

  private tryTake(ids: string[], pace: Pace): Promise<TurnRow[]> {
    return this.config.CARRIER_CPS === undefined
      ? this.takeOwn(ids, pace)
      : this.takeAccounts(ids, pace, 1000 / this.config.CARRIER_CPS);
  }

  private takeAccounts(ids: string[], pace: Pace, stepMs: number): Promise<TurnRow[]> {
    const { campaignId, weight, callDelay } = pace;
    return this.database.query(
      TAKE_ACCOUNT_TURN,
      accountTurnParameters({ ids, campaignId, weight, holdMs: callDelay + HOLD_MS, stepMs }),
    );
  }

  /** All of the turns or none. The lock is taken in the order of ids, and the clock read after it. */
  private takeOwn(ids: string[], pace: Pace): Promise<TurnRow[]> {
    return this.database.query(
      `WITH turns AS MATERIALIZED (
         SELECT id, next_at FROM dial_turns WHERE id = ANY($1) ORDER BY id FOR UPDATE
       ), state AS MATERIALIZED (
         SELECT id, next_at, next_at <= clock_timestamp() AS is_due FROM turns
       ), taken AS (
         UPDATE dial_turns SET next_at = clock_timestamp() + interval '1 millisecond' *
           $2::float8
         FROM state WHERE dial_turns.id = state.id
           AND (SELECT count(*) FROM state) = cardinality($1) AND (SELECT bool_and(is_due) FROM state)
         RETURNING dial_turns.id, dial_turns.next_at
       )
       SELECT s.id, s.is_due AS "isDue", t.next_at::text AS token,
         extract(epoch FROM s.next_at - clock_timestamp())::float8 * 1000 AS "waitMs"
       FROM state s LEFT JOIN taken t USING (id)`,
      [ids, pace.callDelay + HOLD_MS],
    );
  }

  private async open(ids: string[], campaignId: string): Promise<void> {
    await this.database.run(
      `INSERT INTO dial_turns (id, campaign_id, next_at)
       SELECT id, CASE WHEN id = $2 THEN id END, clock_timestamp() FROM unnest($1::uuid[]) AS t (id)
       WHERE id <> $2 OR EXISTS (SELECT 1 FROM campaigns WHERE campaigns.id = $2)
       ON CONFLICT DO NOTHING`,
      [ids, campaignId],
    );
  }
}
