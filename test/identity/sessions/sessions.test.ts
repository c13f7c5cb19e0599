import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeDatabaseError } from '../../../src/database/unavailable.ts';
import { createClient, type Answer } from '../../support/client.ts';
import { testOnPostgres } from '../../support/on-postgres.ts';
import { startServer, type SignedIn, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());

const refreshDocument =
  'mutation Refresh($token: String) { refresh(refreshToken: $token) { accessToken refreshToken scope user { id } session { id current } } }';

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly session: { readonly id: string; readonly current: boolean };
}

const tokensOf = ({ body }: Answer): Tokens | undefined =>
  (body.data as { refresh: Tokens } | null | undefined)?.refresh;
const codeOf = ({ body }: Answer): string | undefined => body.errors?.[0]?.extensions.code;
const refresh = (token: string | null): Promise<Answer> => server.ask(refreshDocument, { token });
const me = '{ me { id } }';

async function rotate(token: string): Promise<Tokens> {
  const answer = await refresh(token);
  const tokens = tokensOf(answer);
  if (tokens === undefined) throw new Error(JSON.stringify(answer.body));
  return tokens;
}

const statusWith = async (accessToken: string): Promise<number> =>
  (await createClient(server.url, { authorization: `Bearer ${accessToken}` }).ask(me)).status;

describe('A refresh token', () => {
  test('is exchanged for a successor that works, in the same session', async () => {
    const editor = await server.signIn('editor');
    const first = await rotate(editor.refreshToken);
    const second = await rotate(first.refreshToken);
    expect(second.session).toEqual({ id: first.session.id, current: true });
    expect(await statusWith(second.accessToken)).toBe(200);
  });

  test('yields twenty concurrent callers one and the same successor', async () => {
    const editor = await server.signIn('editor');
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(editor.refreshToken)));
    expect(answers.map(codeOf)).toEqual(Array.from({ length: 20 }, () => undefined));
    expect(new Set(answers.map((answer) => tokensOf(answer)?.refreshToken)).size).toBe(1);
  });

  test('costs one read and the change of one row', async () => {
    const editor = await server.signIn('editor');
    server.statements.length = 0;
    await rotate(editor.refreshToken);
    expect(server.statements).toEqual([
      expect.stringMatching(/select .* from sessions s join users u/),
      expect.stringMatching(/update sessions set refresh_counter/),
    ]);
  });

  test('may be presented again within the grace by a client that lost the answer', async () => {
    const editor = await server.signIn('editor');
    const first = await rotate(editor.refreshToken);
    server.wait(20);
    expect((await rotate(editor.refreshToken)).refreshToken).toBe(first.refreshToken);
  });

  test('has a grace that runs from the first rotation and does not slide', async () => {
    const editor = await server.signIn('editor');
    const first = await rotate(editor.refreshToken);
    server.wait(20);
    await rotate(editor.refreshToken);
    server.wait(20);
    expect(codeOf(await refresh(editor.refreshToken))).toBe('INVALID_GRANT');
    expect(codeOf(await refresh(first.refreshToken))).toBe('INVALID_GRANT');
  });

  test('ends the whole session when it is two generations old, access tokens included', async () => {
    const thief = await server.signIn('editor');
    const other = await server.signIn('editor');
    const first = await rotate(thief.refreshToken);
    const second = await rotate(first.refreshToken);
    expect(codeOf(await refresh(thief.refreshToken))).toBe('INVALID_GRANT');
    expect(codeOf(await refresh(second.refreshToken))).toBe('INVALID_GRANT');
    expect(await statusWith(second.accessToken)).toBe(401);
    expect(await statusWith(other.accessToken)).toBe(200);
  });

  test('of a session that idled too long is worth nothing', async () => {
    const editor = await server.signIn('editor');
    server.wait(30 * 86_400 + 1);
    expect(codeOf(await refresh(editor.refreshToken))).toBe('INVALID_GRANT');
  });

  test('cannot keep a session alive beyond its absolute lifetime', async () => {
    let { refreshToken }: { refreshToken: string } = await server.signIn('editor');
    for (let day = 0; day < 88; day += 22) {
      server.wait(22 * 86_400);
      ({ refreshToken } = await rotate(refreshToken));
    }
    server.wait(3 * 86_400);
    expect(codeOf(await refresh(refreshToken))).toBe('INVALID_GRANT');
  });

  test('that was altered, cut, re-encoded or made up is refused like any other', async () => {
    const { refreshToken } = await server.signIn('editor');
    const flipped = refreshToken.slice(0, -5) + (refreshToken.at(-5) === 'A' ? 'B' : 'A') + refreshToken.slice(-4);
    const candidates = [
      flipped,
      refreshToken.slice(0, -2),
      `${refreshToken}=`,
      `${refreshToken}\n`,
      ` ${refreshToken}`,
      'spr_',
      '',
      'x'.repeat(5000),
    ];
    for (const token of candidates) expect(codeOf(await refresh(token))).toBe('INVALID_GRANT');
    expect(codeOf(await refresh(refreshToken))).toBeUndefined();
  });

  test('is asked for if there is none, as an argument or in a cookie', async () => {
    expect((await refresh(null)).body.errors).toMatchObject([
      {
        message: 'There is no refresh token: give `refreshToken`, or send the cookie.',
        extensions: { code: 'INVALID_GRANT' },
      },
    ]);
  });

  test('is not an access token, and an access token is not a refresh token', async () => {
    const editor = await server.signIn('editor');
    expect(await statusWith(editor.refreshToken)).toBe(401);
    expect(codeOf(await refresh(editor.accessToken))).toBe('INVALID_GRANT');
  });

  test('needs no active access token beside it', async () => {
    const editor = await server.signIn('editor');
    server.wait(910);
    expect(codeOf(await editor.ask(me))).toBe('UNAUTHENTICATED');
    expect(codeOf(await editor.ask(refreshDocument, { token: editor.refreshToken }))).toBeUndefined();
  });

  test('is not stored anywhere', async () => {
    const { refreshToken } = await server.signIn('editor');
    const rows = await server.database.fork().getConnection().execute('select s.*::text from sessions s');
    expect(JSON.stringify(rows)).not.toContain(refreshToken.slice(30));
  });
});

describe('Signing out', () => {
  const logout = 'mutation Logout($token: String) { logout(refreshToken: $token) }';
  const isSignedOut = async (user: SignedIn): Promise<boolean> => (await statusWith(user.accessToken)) === 401;

  test('by the access token binds the very next request', async () => {
    const editor = await server.signIn('editor');
    expect((await editor.ask(logout)).body.data).toEqual({ logout: true });
    expect(await isSignedOut(editor)).toBe(true);
  });

  test('by the refresh token ends the session with its access tokens', async () => {
    const editor = await server.signIn('editor');
    await server.get(logout, { token: editor.refreshToken });
    expect(await isSignedOut(editor)).toBe(true);
    expect(codeOf(await refresh(editor.refreshToken))).toBe('INVALID_GRANT');
  });

  test('works with an access token that has expired', async () => {
    const editor = await server.signIn('editor');
    server.wait(910);
    expect((await editor.ask(logout)).body.data).toEqual({ logout: true });
    expect(codeOf(await refresh(editor.refreshToken))).toBe('INVALID_GRANT');
  });

  test('may be repeated, and may come from a caller who has nothing to end', async () => {
    const editor = await server.signIn('editor');
    await editor.get(logout);
    expect((await editor.ask(logout)).body.data).toEqual({ logout: true });
    expect(await server.get(logout)).toEqual({ logout: true });
    expect(await server.get(logout, { token: 'nonsense' })).toEqual({ logout: true });
  });

  test('leaves the other sessions of the user alone', async () => {
    const [one, two] = [await server.signIn('editor'), await server.signIn('editor')];
    await one.get(logout);
    expect(await isSignedOut(two)).toBe(false);
  });
});

describe('The session', () => {
  test('tells what it is, and that it is the present one', async () => {
    const editor = await server.signIn('editor');
    const { session } = await editor.get<{ session: object }>(
      '{ session { current methods device endedAt ipAddress } }',
    );
    expect(session).toEqual({
      current: true,
      methods: ['PASSWORD'],
      device: null,
      endedAt: null,
      ipAddress: '127.0.0.1',
    });
  });

  test('of another user is absent', async () => {
    const [editor, viewer] = [await server.signIn('editor'), await server.signIn('viewer')];
    const { session } = await editor.get<{ session: { id: string } }>('{ session { id } }');
    const byId = 'query ($id: ID!) { node(id: $id) { id ... on Session { userAgent } } }';
    expect(await viewer.get(byId, session)).toEqual({ node: null });
    expect(await editor.get(byId, session)).toEqual({ node: { id: session.id, userAgent: 'node' } });
  });

  test('that a sign-in began before a change of the password reads nothing and refreshes nothing', async () => {
    const overtaken = await server.signIn('viewer');
    const { session } = await overtaken.get<{ session: { id: string } }>('{ session { id } }');
    const outdate = 'update sessions set credential_version = credential_version - 1 where id = ?';
    await server.database.fork().getConnection().execute(outdate, [session.id]);
    expect(await isEnded(overtaken)).toBe(true);
    expect(codeOf(await refresh(overtaken.refreshToken))).toBe('INVALID_GRANT');
  });

  const isEnded = async (user: SignedIn): Promise<boolean> => (await statusWith(user.accessToken)) === 401;
});

testOnPostgres('What a deadlock ended is a conflict, and no defect: it may be done again', async () => {
  const [one = '', other = ''] = await Promise.all(
    ['viewer', 'editor'].map(async (name) => (await server.signIn(name)).id),
  );
  const lock = 'select 1 from users where id = ? for update';
  let held = 0;
  let bothHeld = (): void => undefined;
  const areHeld = new Promise<void>((resolve) => (bothHeld = resolve));
  const crossing = [
    [one, other],
    [other, one],
  ].map(([first, second]) =>
    server.database.fork().transactional(async (tx) => {
      await tx.execute(lock, [first]);
      held += 1;
      if (held === 2) bothHeld();
      await areHeld;
      await tx.execute(lock, [second]);
    }),
  );
  const failures = (await Promise.allSettled(crossing)).flatMap((end) =>
    end.status === 'rejected' ? [end.reason] : [],
  );
  expect(failures.map((reason: unknown) => describeDatabaseError(reason)?.code)).toEqual(['CONFLICT']);
});

describe('The collected check', () => {
  test('asks once for the requests that wait for it together', async () => {
    const editor = await server.signIn('editor');
    await editor.ask(me);
    // On a busy machine requests may come so far apart that none waits for another; not every time.
    let fewest = 40;
    for (let tries = 0; tries < 20 && fewest === 40; tries += 1) {
      server.statements.length = 0;
      await Promise.all(Array.from({ length: 40 }, () => editor.ask('{ __typename }')));
      const checks = server.statements.filter((sql) => sql.includes('from sessions s join users'));
      fewest = Math.min(fewest, checks.length);
    }
    expect(fewest).toBeLessThan(40);
  });

  test('is all that a request for `me` asks the database: the user comes with it', async () => {
    const editor = await server.signIn('editor');
    const counts: number[] = [];
    // The fewest of three, since jobs of the server send statements, too.
    for (let times = 0; times < 3; times += 1) {
      server.statements.length = 0;
      await editor.get('{ me { id displayName } }');
      counts.push(server.statements.length);
    }
    expect(Math.min(...counts)).toBe(1);
  });

  testOnPostgres('does not wait for lists that take long, however many there are', async () => {
    const editor = await server.signIn('editor');
    const connection = server.database.orm.em.getConnection();
    await connection.execute('create table held (); insert into held default values');
    const { asked } = await server.database.fork().transactional(async (tx) => {
      await tx.execute('lock table held in access exclusive mode');
      const lists = Array.from({ length: 40 }, () => connection.execute('select * from held'));
      expect((await editor.ask('{ __typename }')).body.data).toEqual({ __typename: 'Query' });
      return { asked: lists };
    });
    await Promise.all(asked);
  });

  test('sees a user who was disabled a moment ago', async () => {
    const viewer = await server.signIn('viewer');
    const em = server.database.fork().getConnection();
    await em.execute(`update users set status = 'DISABLED' where id = ?`, [viewer.id]);
    expect(await statusWith(viewer.accessToken)).toBe(401);
    expect(codeOf(await refresh(viewer.refreshToken))).toBe('INVALID_GRANT');
    await em.execute(`update users set status = 'ACTIVE' where id = ?`, [viewer.id]);
  });

  test('gives a role that was granted a moment ago', async () => {
    const viewer = await server.signIn('viewer');
    const em = server.database.fork().getConnection();
    await em.execute(`update users set roles = '{EDITOR}' where id = ?`, [viewer.id]);
    const { me: granted } = await viewer.get<{ me: object }>('{ me { roles scopes } }');
    await em.execute(`update users set roles = '{VIEWER}' where id = ?`, [viewer.id]);
    expect(granted).toEqual({ roles: ['EDITOR'], scopes: expect.arrayContaining(['articles:write']) });
  });
});
