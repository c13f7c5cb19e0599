import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { DatabaseLocation } from '../../../src/config/config.ts';
import {
  challengeDocument,
  challengeOf,
  complete,
  enrolledAccount,
  type Account,
} from '../../support/authenticator.ts';
import { createClient } from '../../support/client.ts';
import { createTestDatabase } from '../../support/database.ts';
import { signInDocument, startServer, type SignedIn, type TestServer } from '../../support/server.ts';

let location: DatabaseLocation;
let drop: () => Promise<void>;
beforeAll(async () => void ({ location, drop } = await createTestDatabase()));
afterAll(() => drop());

const refresh = 'mutation ($token: String) { refresh(refreshToken: $token) { accessToken } }';

/** Runs a server with these settings over the one database, until `work` is done. */
async function under<T>(env: Readonly<Record<string, string>>, work: (server: TestServer) => Promise<T>): Promise<T> {
  const server = await startServer(env, location);
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

type Tokens = Pick<SignedIn, 'accessToken' | 'refreshToken'>;

/** What a former server gave, as this one answers it after a while. */
async function laterAt(server: TestServer, { accessToken, refreshToken }: Tokens, seconds: number) {
  server.wait(seconds);
  const bearer = createClient(server.url, { authorization: `Bearer ${accessToken}` });
  const read = (await bearer.ask('{ me { id } }')).body.errors?.[0]?.extensions;
  const renewed = (await server.ask(refresh, { token: refreshToken })).body.errors?.[0]?.extensions;
  return { read: read?.['reason'], renewed: renewed?.code };
}

test('A lifetime that was made shorter binds what was issued before', async () => {
  const signIn = (): Promise<SignedIn> => under({}, (server) => server.signIn('viewer'));
  expect(await under({}, async (server) => laterAt(server, await server.signIn('viewer'), 120))).toEqual({});
  const [first, second] = [await signIn(), await signIn()];
  const renewedLate = await under({}, async (server) => {
    const session = await server.signIn('viewer');
    server.wait(100);
    const renewed = 'mutation ($token: String) { refresh(refreshToken: $token) { accessToken refreshToken } }';
    return (await server.get<{ refresh: Tokens }>(renewed, { token: session.refreshToken })).refresh;
  });

  await under({ ACCESS_TOKEN_TTL: '60' }, async (server) => {
    expect(await laterAt(server, first, 120)).toEqual({ read: 'EXPIRED' });
  });
  await under({ REFRESH_IDLE_TTL: '60' }, async (server) => {
    expect(await laterAt(server, second, 120)).toEqual({ read: 'ENDED', renewed: 'INVALID_GRANT' });
  });
  await under({ REFRESH_ABSOLUTE_TTL: '110', REFRESH_IDLE_TTL: '110' }, async (server) => {
    expect(await laterAt(server, renewedLate, 120)).toEqual({ read: 'ENDED', renewed: 'INVALID_GRANT' });
  });
}, 120_000);

test('A time of trust that was made shorter ends the trust in a device', async () => {
  const { account, deviceToken } = await under({}, async (server) => {
    const enrolled = await enrolledAccount(server);
    const proof = { code: enrolled.nextCode(), trustDevice: true };
    const completed = await complete(server, await challengeOf(server, enrolled), proof);
    return { account: { email: enrolled.email, password: enrolled.password }, deviceToken: completed.deviceToken };
  });
  await under({}, async (server) => {
    server.wait(7_200);
    const { login } = await server.get<{ login: { accessToken: string } }>(challengeDocument, {
      input: { ...account, deviceToken },
    });
    expect(login.accessToken).toEqual(expect.any(String));
  });
  await under({ TRUSTED_DEVICE_TTL: '3600' }, async (server) => {
    server.wait(7_200);
    expect(await challengeOf(server, account, { deviceToken })).toEqual(expect.any(String));
  });
});

test('With no time of trust no device spares the second factor, and no page offers it', async () => {
  await under({ TRUSTED_DEVICE_TTL: '0' }, async (server) => {
    const account = await enrolledAccount(server);
    const proof = { code: account.nextCode(), trustDevice: true };
    const { accessToken, deviceToken } = await complete(server, await challengeOf(server, account), proof);
    expect(await challengeOf(server, account, { deviceToken })).toEqual(expect.any(String));
    const owner = createClient(server.url, { authorization: `Bearer ${accessToken}` });
    expect(await owner.get('{ me { trustedDevices { id } } }')).toEqual({ me: { trustedDevices: [] } });
    expect(await factorPage(server, account)).not.toContain('trustDevice');
  });
  await under({}, async (server) => {
    expect(await factorPage(server, await enrolledAccount(server))).toContain('name="trustDevice"');
  });
});

/** The page that asks for the second factor. */
async function factorPage(server: TestServer, { email, password }: Pick<Account, 'email' | 'password'>) {
  const headers = { origin: 'http://localhost:4000' };
  const body = new URLSearchParams({ email, password });
  const page = await (await fetch(`${server.url}/sign-in`, { method: 'POST', headers, body })).text();
  expect(page).toContain('name="recoveryCode"');
  return page;
}

test('The name that the pages show is no password', async () => {
  await under({ BRAND_NAME: 'Zubenelgenubi Farms' }, async (server) => {
    const input = { email: 'nora@example.com', displayName: 'Nora', password: 'Zub3n3lg3nub1!' };
    const { body } = await server.ask('mutation ($input: RegisterInput!) { register(input: $input) { __typename } }', {
      input,
    });
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', problem: 'common' });
  });
});

test('Scopes of a sign-in are bounded in all, so that a cookie with them is kept by browsers', async () => {
  await under({}, async (server) => {
    const scopesOf = (count: number): string[] =>
      Array.from({ length: count }, (_, index) => `articles:${'x'.repeat(80)}${index}`);
    const signIn = (scopes: readonly string[]) => {
      const input = { email: 'admin@demo.sallyport.test', password: 'sallyport-demo', delivery: 'COOKIE', scopes };
      return server.ask(signInDocument, { input }, { origin: 'http://localhost:4000' });
    };
    const refused = await signIn(scopesOf(50));
    expect(refused.body.errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input.scopes',
      problem: 'too_long',
    });
    const { headers } = await signIn(scopesOf(16));
    const access = headers.getSetCookie().find((cookie) => cookie.startsWith('sallyport-access='));
    expect(access?.split(';')[0]?.length).toBeGreaterThan(2_000);
    expect(`__Host-${access?.split(';')[0]}`.length).toBeLessThan(4_096);
  });
});
