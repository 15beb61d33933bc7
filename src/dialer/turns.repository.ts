import { Injectable } from '@nestjs/common';
import { Clock } from '../common/index.js';
import { AppConfig } from '../config/index.js';
import { Database, DEFAULT_WORKSPACE_ID } from '../database/index.js';
import { ACCOUNT_ID, TAKE_ACCOUNT_TURN, accountTurnParameters } from './account-turn.js';
import { CallerIds } from './caller-ids.service.js';

/** What has to be respected before a placement may begin. */
export interface Pace {
  campaignId: string;
  /** Milliseconds; 0: none. */
  callDelay: number;
  /** Its part of the account's turns, 1 to 100. */
  weight: number;
  /** The number called from, where it has a pace of its own. */
  numberId: string | null;
  /** Its calls per second. */
  numberCps: number | null;
}

/** The right to place; `token` is null when the campaign has no delay. */
export interface Turn {
  granted: true;
  token: string | null;
  /** When to ask the guard, and when to send, milliseconds of the monotonic clock: see `STEADY_MS`. */
  guardAt: number;
  sendAt: number;
}

/** Not now: ask again in about `waitMs`, and not before `numberMs`: the number called from has its pace. */
export interface NoTurn {
  granted: false;
  waitMs: number;
  numberMs: number;
}

const AT_ONCE = { guardAt: 0, sendAt: 0 };

interface TurnRow {
  id: string;
  isDue: boolean;
  waitMs: number;
  token: string | null;
  /** Milliseconds since 1970, Postgres's clock. */
  at: number;
}

/**
 * Turns of the account and of a number are this far apart in Postgres, but the way from there to the carrier (an answer, a
 * guard that waits for the disk) takes longer for one than for the next, and two of a busy machine's workers can come at
 * once. So each is sent so long after its turn, by the turn's own clock: what takes less makes no difference any more. Not
 * where a campaign's own turn is held until it is sent: that would slow its pace.
 */
const STEADY_MS = 500;
/** The last part of it is the guard's: a pause waits for calls that are past it. */
const GUARD_MS = 250;
/** The clocks of Postgres and this process drift apart by less in the time from one turn to the next. Milliseconds. */
const DRIFT_MS = 0.05;
/**
 * Looks at Postgres's clock before the first turn: the first answers to a process that begins its work take long, and by them its
 * first calls would leave late, the next ones on time, several at once.
 */
const FIRST_LOOKS = 10;

/** Longer than a placement's bytes may take to leave (`send_by`): a holder that died blocks its campaign for so long. */
const HOLD_MS = 2500;

/**
 * Turns to dial, taken in Postgres so that they hold over all processes (invariant 4). A campaign's turn is held
 * until its placement is made and given back `callDelay` ahead of the database's clock: two placements can then be no
 * closer, however long either took. The account's turn, and a number's, is stepped when taken: at high rates a held one would cost throughput.
 */
@Injectable()
export class TurnsRepository {
  /** How far the monotonic clock is ahead of Postgres's: the least an answer ever seemed to take. */
  private aheadMs = Infinity;
  /** The looks before the first turn: whoever comes meanwhile waits for them too. */
  private compared: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly config: AppConfig,
    private readonly callerIds: CallerIds,
    private readonly clock: Clock,
  ) {}

  /** Whether placements of this campaign wait for turns at all. */
  isPaced(pace: Pace): boolean {
    return pace.callDelay > 0 || pace.numberCps !== null || this.config.CARRIER_CPS !== undefined;
  }

  /** Whether no campaign without a delay needs a turn. */
  async areUnlimited(): Promise<boolean> {
    return this.config.CARRIER_CPS === undefined && !(await this.callerIds.arePaced());
  }

  async take(pace: Pace): Promise<Turn | NoTurn> {
    const ids: string[] = [];
    if (pace.callDelay > 0) ids.push(pace.campaignId);
    if (this.config.CARRIER_CPS !== undefined) ids.push(ACCOUNT_ID);
    if (pace.numberId !== null) ids.push(pace.numberId);
    if (ids.length === 0) return { granted: true, token: null, ...AT_ONCE };
    await (this.compared ??= this.lookAtClock());
    const rows = await this.tryTake(ids, pace);
    if (rows.length < ids.length) {
      await this.open(ids, pace);
      return this.take(pace);
    }
    if (rows.every((row) => row.isDue)) {
      const token = rows.find((row) => row.id === pace.campaignId)?.token ?? null;
      return { granted: true, token, ...(token === null ? this.timesOf(rows) : AT_ONCE) };
    }
    const longest = (of: typeof rows): number => Math.max(1, ...of.map((row) => row.waitMs));
    const numbers = rows.filter((row) => row.id === pace.numberId);
    return {
      granted: false,
      waitMs: longest(rows.filter((row) => !numbers.includes(row))),
      numberMs: longest(numbers),
    };
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

  private timesOf(rows: TurnRow[]): Pick<Turn, 'guardAt' | 'sendAt'> {
    const takenAt = Math.max(...rows.map((row) => row.at));
    this.compareClocks(takenAt);
    const sendAt = takenAt + this.aheadMs + STEADY_MS;
    return { guardAt: sendAt - GUARD_MS, sendAt };
  }

  private async lookAtClock(): Promise<void> {
    try {
      for (let look = 0; look < FIRST_LOOKS; look += 1) {
        const [clock] = await this.database.query<{ at: number }>(
          'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS at',
        );
        if (clock) this.compareClocks(clock.at);
      }
    } catch (error) {
      this.compared = undefined;
      throw error;
    }
  }

  /** @param at what Postgres's clock showed, in an answer that has just come */
  private compareClocks(at: number): void {
    this.aheadMs = Math.min(this.clock.monotonic() - at, this.aheadMs + DRIFT_MS);
  }

  private tryTake(ids: string[], pace: Pace): Promise<TurnRow[]> {
    const { CARRIER_CPS } = this.config;
    return CARRIER_CPS === undefined
      ? this.takeOwn(ids, pace)
      : this.takeAccounts(ids, pace, 1000 / CARRIER_CPS);
  }

  private takeAccounts(ids: string[], pace: Pace, stepMs: number): Promise<TurnRow[]> {
    const { campaignId, weight, callDelay, numberId, numberCps } = pace;
    const numberStepMs = 1000 / (numberCps ?? Infinity);
    return this.database.query(
      TAKE_ACCOUNT_TURN,
      accountTurnParameters({
        ...{ ids, campaignId, weight, stepMs, numberId, numberStepMs },
        holdMs: callDelay + HOLD_MS,
      }),
    );
  }

  /** All of the turns or none. The lock is taken in the order of ids, and the clock read after it. */
  private takeOwn(ids: string[], pace: Pace): Promise<TurnRow[]> {
    return this.database.query(
      `WITH turns AS MATERIALIZED (
         SELECT id, next_at FROM dial_turns WHERE id = ANY($1) ORDER BY id FOR UPDATE
       ), state AS MATERIALIZED (
         SELECT id, next_at, next_at <= clock AS is_due, clock FROM turns, LATERAL (SELECT clock_timestamp() AS clock) AS now
       ), taken AS (
         UPDATE dial_turns SET next_at = clock_timestamp() + interval '1 millisecond' *
           CASE WHEN dial_turns.id = $2 THEN $3::float8 ELSE $4::float8 END
         FROM state WHERE dial_turns.id = state.id
           AND (SELECT count(*) FROM state) = cardinality($1) AND (SELECT bool_and(is_due) FROM state)
         RETURNING dial_turns.id, dial_turns.next_at
       )
       SELECT s.id, s.is_due AS "isDue", t.next_at::text AS token,
         extract(epoch FROM s.next_at - clock_timestamp())::float8 * 1000 AS "waitMs",
         extract(epoch FROM s.clock)::float8 * 1000 AS at
       FROM state s LEFT JOIN taken t USING (id)`,
      [ids, ...[pace.campaignId, pace.callDelay + HOLD_MS], 1000 / (pace.numberCps ?? Infinity)],
    );
  }

  private async open(ids: string[], { campaignId, numberId }: Pace): Promise<void> {
    await this.database.run(
      `INSERT INTO dial_turns (id, workspace_id, campaign_id, phone_number_id, next_at)
       SELECT id, COALESCE((SELECT workspace_id FROM campaigns WHERE campaigns.id = t.id),
           (SELECT workspace_id FROM phone_numbers WHERE phone_numbers.id = t.id), '${DEFAULT_WORKSPACE_ID}'),
         CASE WHEN id = $2 THEN id END, CASE WHEN id = $3::uuid THEN id END, clock_timestamp()
       FROM unnest($1::uuid[]) AS t (id)
       WHERE (id <> $2 OR EXISTS (SELECT 1 FROM campaigns WHERE campaigns.id = $2))
         AND (id IS DISTINCT FROM $3::uuid OR EXISTS (SELECT 1 FROM phone_numbers WHERE phone_numbers.id = $3::uuid))
       ON CONFLICT DO NOTHING`,
      [ids, campaignId, numberId],
    );
  }
}
