import { type DataSource } from 'typeorm';

/** What the application's role may do when it is another than the owner of the schema. */
const GRANTS = (role: string) => `
  GRANT USAGE ON SCHEMA public TO ${role};
  GRANT SELECT, INSERT, UPDATE, DELETE
    ON users, sessions, api_keys, external_identities, ended_external_identities,
       password_attempts, rate_limits,
       tasks, task_counters, idempotency_keys, user_preferences TO ${role};
  GRANT SELECT, INSERT ON audit_logs TO ${role};
  GRANT EXECUTE ON FUNCTION forget_user_in_audit_logs(uuid) TO ${role};
`;

/** Grants the application's role what it needs and no more: it can never change or remove an audit row. */
export async function grantToApplication(
  dataSource: DataSource,
  role: string | null,
): Promise<void> {
  if (role === null) return;
  const [found] = await dataSource.query<{ quoted: string }[]>(
    `SELECT quote_ident(rolname) AS quoted FROM pg_roles WHERE rolname = $1 AND rolname <> current_user`,
    [role],
  );
  if (found) await dataSource.query(GRANTS(found.quoted));
}
