import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { createApp, type App, type AppDeps } from '../../src/app/create-app.ts';
import { demoPassword } from '../../src/app/demo.ts';
import { entities } from '../../src/app/entities.ts';
import { withOpenPort } from '../../src/app/listen.ts';
import { parseConfig, type Config, type DatabaseLocation } from '../../src/config/config.ts';
import { createLog } from '../../src/config/log.ts';
import { openDatabase, type Database } from '../../src/database/open.ts';
import { createClient, type Answer, type Client } from './client.ts';
import { createTestDatabase } from './database.ts';
import { noteLogged } from './secret-leak-check.ts';

export interface TestServer extends Client {
  readonly url: string;
  readonly app: App;
  readonly database: Database;
  readonly config: Config;
  /** Every statement that was sent since the list was last emptied. */
  readonly statements: string[];
  /** Every line that was logged. */
  readonly logged: string[];
  /** The server's present moment. */
  readonly now: () => Date;
  /** Moves the server's clock. */
  readonly wait: (seconds: number) => void;
  /** A client with the tokens of a demo account: `viewer`, `editor`, `moderator` or `admin`. */
  readonly signIn: (name: string) => Promise<SignedIn>;
  readonly stop: () => Promise<void>;
}

export interface SignedIn extends Client {
  readonly id: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** The Redis to test with; without it what needs one is left out. */
export const redisUrl = process.env['TEST_REDIS_URL'];

const publicUrl = 'http://localhost:4000';

/** Settings under which tests run: cheap hashes and a quiet log; everything else is what a first start has. */
export const testEnvironment = {
  NODE_ENV: 'test',
  MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
  ARGON2_MEMORY_KIB: '1024',
  ARGON2_TIME: '1',
  DEMO: 'on',
  PUBLIC_URL: publicUrl,
  ...(process.env['TEST_EXECUTOR'] === undefined ? {} : { EXECUTOR: process.env['TEST_EXECUTOR'] }),
};

/** The real server on a port of its own, over a database of its own, with demo data and a clock moved by hand. */
export async function startServer(
  env: Readonly<Record<string, string>> = {},
  shared?: DatabaseLocation,
  wiring: Pick<AppDeps, 'secondFactors'> = {},
): Promise<TestServer> {
  const testDatabase =
    shared === undefined ? await createTestDatabase() : { location: shared, drop: async () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
  const settings = { DATABASE_URL: 'memory:', DATA_DIR: folder, ...testEnvironment, ...env };
  const parsed = parseConfig(await withOpenPort(settings));
  const config = { ...parsed, database: testDatabase.location };
  const statements: string[] = [];
  const logged: string[] = [];
  let offsetMs = 0;
  const now = (): Date => new Date(Date.now() + offsetMs);
  // Following the signing keys, telling other nodes, recording what was refused, looking for a new device after a sign-in,
  // and the jobs of every few minutes go on by themselves, whatever a test counts.
  const note = (sql: string): void => {
    if (!/"signing_keys"|pg_notify|insert into "audit_events"|as alike from sessions|job_leases/.test(sql))
      statements.push(sql);
  };

  const database = await openDatabase(config.database, entities, { onStatement: note });
  const log = createLog('debug', new Writable({ write: (line, _, done) => (logged.push(String(line)), done()) }));
  const app = await createApp({ config, database, log, clock: now, ...wiring });
  const port = await app.server.listen(env['PORT'] === undefined ? 0 : config.http.port, '127.0.0.1');
  const url = `http://127.0.0.1:${port}`;
  const anonymous = createClient(url);

  return {
    ...anonymous,
    url,
    app,
    database,
    config,
    statements,
    logged,
    now,
    wait: (seconds) => void (offsetMs += seconds * 1000),
    signIn: async (name) =>
      signedIn(
        url,
        await anonymous.ask(signInDocument, {
          input: { email: `${name}@demo.sallyport.test`, password: demoPassword },
        }),
      ),
    async stop() {
      await app.close();
      noteLogged(logged);
      await database.close();
      await testDatabase.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const signInDocument = /* GraphQL */ `
  mutation SignIn($input: LoginInput!) {
    login(input: $input) {
      ... on AuthTokens {
        accessToken
        refreshToken
        expiresIn
        refreshExpiresIn
        scope
        user {
          id
        }
        session {
          id
        }
      }
    }
  }
`;

export function signedIn(url: string, { body }: Answer): SignedIn {
  if (body.data?.['login'] == null) throw new Error(`nobody was signed in: ${JSON.stringify(body)}`);
  const { login } = body.data as { login: { accessToken: string; refreshToken: string; user: { id: string } } };
  const { accessToken, refreshToken, user } = login;
  return { ...createClient(url, { authorization: `Bearer ${accessToken}` }), accessToken, refreshToken, id: user.id };
}
