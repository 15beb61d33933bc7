import { Injectable } from '@nestjs/common';
import { Database } from '../../database/index.js';

/** How many logins may fail, and how long that is remembered. */
export interface AttemptLimit {
  failures: number;
  /** From the last failure that was let through. Seconds. */
  forS: number;
}

export interface Attempt {
  /** This one among them; more than the limit: it is refused. */
  failures: number;
  /** Until the subject is free again. Seconds. */
  leftS: number;
}

/** Failed logins, counted in Postgres: all processes count together, and a restart forgets nothing. */
@Injectable()
export class LoginAttemptsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Counts an attempt before it is made, so that a thousand at once are not all let through. The count stops one above the
   * limit, and refused attempts make the wait no longer: else anybody could shut somebody out for good.
   */
  async count(subject: string, { failures, forS }: AttemptLimit): Promise<Attempt> {
    const [row] = await this.database.query<Attempt>(
      `INSERT INTO login_attempts AS a (subject, failures, expires_at)
       VALUES ($1, 1, clock_timestamp() + $3 * interval '1 second')
       ON CONFLICT (subject) DO UPDATE SET
         failures = CASE WHEN a.expires_at <= clock_timestamp() THEN 1 ELSE LEAST(a.failures + 1, $2 + 1) END,
         expires_at = CASE WHEN a.expires_at <= clock_timestamp() OR a.failures < $2 THEN EXCLUDED.expires_at
                           ELSE a.expires_at END
       RETURNING failures, GREATEST(1, ceil(extract(epoch FROM expires_at - clock_timestamp())))::int AS "leftS"`,
      [subject, failures, forS],
    );
    return row ?? { failures: 0, leftS: 1 };
  }

  /** The attempt was none: takes it back. */
  async takeBack(subject: string): Promise<void> {
    const sql = 'UPDATE login_attempts SET failures = GREATEST(failures - 1, 0) WHERE subject = $1';
    await this.database.run(sql, [subject]);
  }

  async forget(subject: string): Promise<void> {
    await this.database.run('DELETE FROM login_attempts WHERE subject = $1', [subject]);
  }

  /** What is forgotten anyway. */
  async deleteOver(): Promise<void> {
    await this.database.run('DELETE FROM login_attempts WHERE expires_at < clock_timestamp()');
  }
}
