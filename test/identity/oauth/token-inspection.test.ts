import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer()));
afterAll(() => server.stop());

const inspect = 'query ($token: String!) { inspectToken(token: $token) { valid problem header claims expiresAt } }';
const inspectWhole = 'query ($token: String!) { inspectToken(token: $token) { valid revoked } }';
const inspected = async (token: string): Promise<unknown> =>
  (await server.get<{ inspectToken: object }>(inspect, { token })).inspectToken;

describe('Inspecting a token', () => {
  test('tells what it says and until when, and that it is ours', async () => {
    const { accessToken, id } = await server.signIn('editor');
    expect(await inspected(accessToken)).toMatchObject({
      valid: true,
      problem: null,
      header: { typ: 'at+jwt' },
      claims: { sub: id, iss: 'http://localhost:4000' },
      expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  test('tells one that was altered, one that expired and one that is no token', async () => {
    const { accessToken, refreshToken } = await server.signIn('editor');
    const altered = `${accessToken.slice(0, -6)}AAAAAA`;
    expect(await inspected(altered)).toMatchObject({
      valid: false,
      problem: 'not_ours',
      claims: { client_id: 'sallyport' },
    });
    for (const text of ['', 'nonsense', refreshToken, 'a.b.c', 'x'.repeat(10_000)]) {
      expect(await inspected(text)).toEqual({
        valid: false,
        problem: 'not_a_token',
        header: null,
        claims: null,
        expiresAt: null,
      });
    }
    server.wait(1_000);
    expect(await inspected(accessToken)).toMatchObject({ valid: false, problem: 'expired' });
  });

  test('tells whether it was revoked to those alone who may know', async () => {
    const editor = await server.signIn('editor');
    const admin = await server.signIn('admin');
    const variables = { token: editor.accessToken };
    expect(await admin.get(inspectWhole, variables)).toEqual({ inspectToken: { valid: true, revoked: false } });
    const foreign = { token: `${editor.accessToken.slice(0, -6)}AAAAAA` };
    expect(await admin.get(inspectWhole, foreign)).toEqual({ inspectToken: { valid: false, revoked: null } });
    await editor.get('mutation { logout }');
    expect(await admin.get(inspectWhole, variables)).toEqual({ inspectToken: { valid: true, revoked: true } });
    const { body } = await server.ask(inspectWhole, variables);
    expect(body).toMatchObject({
      data: { inspectToken: { valid: true, revoked: null } },
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  test('is limited for an IP address', async () => {
    const tries = await Promise.all(Array.from({ length: 80 }, () => server.refusal(inspect, { token: 'x' })));
    expect(tries).toContain('RATE_LIMITED');
  });
});
