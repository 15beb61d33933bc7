import pg from 'pg';

/** A lead as the database has it. */
export interface LeadRow {
  id: string;
  status: string;
  reason: string | null;
  blockedReason: string | null;
  nextAttemptAt: Date | null;
}

/** A lead whose reason a set-up has made true. */
export interface Case {
  campaignId: string;
  number: string;
}

/** The database of a test app, read past the app; and what only it can make true in time. */
export class Rows {
  private readonly held = new Set<() => Promise<void>>();
  readonly db: pg.Pool;

  constructor(databaseUrl: string) {
    this.db = new pg.Pool({ connectionString: databaseUrl, max: 8 });
  }

  async close(): Promise<void> {
    // Of cases that failed.
    for (const release of this.held) await release();
    await this.db.end();
  }

  /** A lead. */
  async lead({ campaignId, number }: Case): Promise<LeadRow> {
    const { rows } = await this.db.query<LeadRow>(
      `SELECT id, status, reason, blocked_reason AS "blockedReason", next_attempt_at AS "nextAttemptAt"
       FROM leads WHERE campaign_id = $1 AND phone_number = $2`,
      [campaignId, number],
    );
    const [row] = rows;
    if (!row) throw new Error(`No lead ${number}`);
    return row;
  }

  /** A run that began by itself would take minutes to end. */
  async endRunIn(campaignId: string, seconds: number): Promise<void> {
    await this.db.query(
      `UPDATE campaigns SET run_ends_at = clock_timestamp() + $2::float8 * interval '1 s' WHERE id = $1`,
      [campaignId, seconds],
    );
  }

  /** Leads of the campaign by status. */
  async byStatus(campaignId: string): Promise<Record<string, number>> {
    const { rows } = await this.db.query<{ status: string; count: number }>(
      'SELECT status, count(*)::int AS count FROM leads WHERE campaign_id = $1 GROUP BY status',
      [campaignId],
    );
    const none = { pending: 0, calling: 0, completed: 0, failed: 0 };
    return { ...none, ...Object.fromEntries(rows.map(({ status, count }) => [status, count])) };
  }

  /** Leads that wait for, or ended by, the very reason of this one; when the first of them may be called. */
  async alike({ campaignId, number }: Case): Promise<{ count: number; first: Date | null }> {
    const { rows } = await this.db.query<{ count: number; first: Date | null }>(
      `SELECT count(*)::int AS count, min(l.next_attempt_at) AS first FROM leads l
       JOIN leads one ON one.campaign_id = l.campaign_id AND one.status = l.status
         AND (one.reason, one.blocked_reason) IS NOT DISTINCT FROM (l.reason, l.blocked_reason)
       WHERE one.campaign_id = $1 AND one.phone_number = $2`,
      [campaignId, number],
    );
    return rows[0] ?? { count: 0, first: null };
  }

  /** Of the latest call to a number, that is over. */
  async lastCall(number: string): Promise<{ dialedAt: Date; endedAt: Date }> {
    const { rows } = await this.db.query<{ dialedAt: Date; endedAt: Date }>(
      `SELECT dialed_at AS "dialedAt", ended_at AS "endedAt" FROM calls
       WHERE phone_number = $1 AND ended_at IS NOT NULL ORDER BY id DESC LIMIT 1`,
      [number],
    );
    const [call] = rows;
    if (!call) throw new Error(`No call to ${number} has ended`);
    return call;
  }

  /** Keeps everybody else from changing a row, as a slow transaction would. @returns lets go of it */
  async hold(table: 'campaigns' | 'leads', id: string): Promise<() => Promise<void>> {
    const holder = await this.db.connect();
    await holder.query('BEGIN');
    await holder.query(`SELECT 1 FROM ${table} WHERE id = $1 FOR NO KEY UPDATE`, [id]);
    const release = async () => {
      this.held.delete(release);
      await holder.query('COMMIT');
      holder.release();
    };
    this.held.add(release);
    return release;
  }
}
