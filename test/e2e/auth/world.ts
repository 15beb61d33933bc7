import pg from 'pg';
import { SetupService } from '../../../src/auth/index.js';
import type { Role } from '../../../src/common/index.js';
import { callersOf, startTestApp, type TestApp, type TestSettings } from '../../support/app.js';

export const SECRET = 'a-secret-of-the-tests-with-enough-bytes';
export const PASSWORD = 'correct horse battery';
export const OWNER = 'owner@example.com';

export type Callers = ReturnType<typeof callersOf>;

/** A refusal, or an answer whose data a test looks at. */
export interface Body {
  success: boolean;
  code?: string;
  error?: string;
  details?: string;
  data: Record<string, unknown>;
}

export interface Tokens {
  accessToken: string;
  refreshToken: string;
}

/** An app that wants to know who asks, its first owner, and whoever the owner lets in. */
export class AccessWorld {
  private constructor(
    readonly app: TestApp,
    readonly sql: pg.Pool,
  ) {}

  static async start(settings: TestSettings = {}): Promise<AccessWorld> {
    const app = await startTestApp({
      ROLE: 'api',
      AUTH_MODE: 'required',
      JWT_SECRET: SECRET,
      ...settings,
    });
    return new AccessWorld(app, new pg.Pool({ connectionString: app.database.url, max: 2 }));
  }

  async close(): Promise<void> {
    await this.sql.end();
    await this.app.close();
  }

  /** Asks with a token or a key. */
  as(token: string): Callers {
    return callersOf(`${this.app.url}/api/v1`, { Authorization: `Bearer ${token}` });
  }

  /** Makes the first owner, as a person would. */
  async setUp(): Promise<void> {
    const token = await this.app.app.get(SetupService).issueToken();
    const { status } = await this.app.post('/auth/setup', { token, email: OWNER, password: PASSWORD });
    if (status !== 201) throw new Error(`The setup was answered ${status}`);
  }

  async login(email = OWNER, password = PASSWORD): Promise<Tokens> {
    const { status, body } = await this.app.post<{ data: Tokens }>('/auth/login', { email, password });
    if (status !== 200) throw new Error(`The login was answered ${status}`);
    return body.data;
  }

  /** An owner's callers. */
  async owner(): Promise<Callers> {
    return this.as((await this.login()).accessToken);
  }

  /** A key, as the API shows it once. */
  async key(owner: Callers, fields: { role: Role; scopes?: string[]; expiresAt?: string }) {
    const { status, body } = await owner.post<{ data: { id: string; key: string } }>('/auth/api-keys', {
      name: `A key for a ${fields.role}`,
      ...fields,
    });
    if (status !== 201) throw new Error(`The key was answered ${status}`);
    return body.data;
  }

  async row(sql: string, values: unknown[] = []): Promise<Record<string, unknown> | undefined> {
    return (await this.sql.query(sql, values)).rows[0] as Record<string, unknown> | undefined;
  }
}
