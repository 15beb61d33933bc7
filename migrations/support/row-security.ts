/**
 * Statements that show a request only the rows of the workspace its connection names, and the system all of them. Each table
 * with a workspace_id has them (test/integration/row-security.spec.ts looks).
 *
 * The setting is read once a statement (a sub-select is an InitPlan), not once a row. A connection that names none sees nothing.
 */
export function rowSecurity(table: string, column = 'workspace_id'): string[] {
  return [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY own_workspace ON ${table} TO campaign_api
       USING (${column} = (SELECT nullif(current_setting('app.workspace_id', true), '')::uuid))`,
    // A condition that is always true costs nothing: the planner drops it.
    `CREATE POLICY all_workspaces ON ${table} TO campaign_system USING (true)`,
  ];
}

export function withoutRowSecurity(table: string): string[] {
  return [
    `DROP POLICY all_workspaces ON ${table}`,
    `DROP POLICY own_workspace ON ${table}`,
    `ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`,
  ];
}
