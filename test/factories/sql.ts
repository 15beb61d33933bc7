/** Anything that runs SQL: a pg Pool or Client. */
export interface Sql {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[]; rowCount: number | null }>;
}

/** Inserts one row, given by column names, and answers it as the database has it. */
export async function insertRow<T>(sql: Sql, table: string, row: Record<string, unknown>): Promise<T> {
  const columns = Object.keys(row);
  const { rows } = await sql.query(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((_, i) => `$${i + 1}`).join(', ')}) RETURNING *`,
    Object.values(row),
  );
  return rows[0] as T;
}
