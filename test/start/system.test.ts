import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import { newId } from '../../src/database/base.entity.ts';
import { SigningKey } from '../../src/identity/signing-keys/signing-key.entity.ts';
import { createClient } from '../support/client.ts';
import { startServer, type SignedIn, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

let server: TestServer;
let admin: SignedIn;
beforeAll(async () => {
  server = await startServer();
  admin = await server.signIn('admin');
});
afterAll(() => server.stop());

const posture =
  '{ posture { production database redis mail administrators administratorsWithoutSecondFactor expiringApiKeys } }';

describe('The posture', () => {
  test('counts administrators without a second factor and keys that expire soon, and says what the server stands on', async () => {
    const before = await admin.get<{ posture: { expiringApiKeys: number } }>(posture);
    expect(before.posture).toMatchObject({
      production: false,
      mail: 'FOLDER',
      administrators: 1,
      administratorsWithoutSecondFactor: 1,
      expiringApiKeys: 0,
    });
    const inDays = (days: number) => new Date(server.now().getTime() + days * 86_400_000).toISOString();
    const create = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { id } } }';
    const made = [];
    for (const days of [3, 10, 90]) {
      made.push(
        await admin.get<{ createApiKey: { apiKey: { id: string } } }>(create, {
          input: { name: `for ${days} days`, scopes: ['articles:read'], expiresAt: inDays(days) },
        }),
      );
    }
    expect(await admin.get(posture)).toMatchObject({ posture: { expiringApiKeys: 2 } });
    await admin.get('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', made[0]?.createApiKey.apiKey);
    expect(await admin.get(posture)).toMatchObject({ posture: { expiringApiKeys: 1 } });
  });

  test('is told to no one without its scope', async () => {
    const editor = await server.signIn('editor');
    for (const document of [posture, '{ sentMails { id } }', '{ signingKeys { id } }']) {
      expect([document, await editor.refusal(document), await server.refusal(document)]).toEqual([
        document,
        'FORBIDDEN',
        'UNAUTHENTICATED',
      ]);
    }
  });
});

describe('The mails of a development server', () => {
  test('are listed with links that work', async () => {
    await server.get('mutation { requestPasswordReset(email: "viewer@demo.sallyport.test") }');
    await server.app.outbox.settled();
    const { sentMails } = await admin.get<{ sentMails: Array<{ to: string; links: Array<{ url: string }> }> }>(
      '{ sentMails { id at kind to subject text links { label url } } }',
    );
    expect(sentMails[0]).toMatchObject({ to: 'viewer@demo.sallyport.test', kind: 'password-reset' });
    const token = new URL(sentMails[0]?.links[0]?.url ?? '').searchParams.get('token');
    const reset = 'mutation ($token: String!) { resetPassword(token: $token, newPassword: "a long new passphrase") }';
    expect(await server.get(reset, { token })).toMatchObject({ resetPassword: expect.anything() });
  });

  test('are none if mails are really sent', async () => {
    const sending = await startServer({ MAIL_URL: 'smtp://127.0.0.1:9' });
    expect(await (await sending.signIn('admin')).get('{ sentMails { id } posture { mail } }')).toEqual({
      sentMails: null,
      posture: { mail: 'SMTP' },
    });
    await sending.stop();
  });
});

describe('The signing keys', () => {
  const list = '{ signingKeys { id algorithm state createdAt signedUntil } }';
  const rotate = 'mutation { rotateSigningKeys { id state } }';
  const signIn = async () => decodeProtectedHeader((await server.signIn('editor')).accessToken).kid;

  test('are rotated after a recent sign-in, recorded, and no session ends', async () => {
    const { signingKeys } = await admin.get<{ signingKeys: Array<{ id: string }> }>(list);
    expect(signingKeys).toMatchObject([{ state: 'ACTIVE', algorithm: 'EdDSA', signedUntil: null }]);
    const former = await server.signIn('editor');
    expect(await former.refusal(rotate)).toBe('FORBIDDEN');

    server.wait(16 * 60);
    const { refresh } = await admin.get<{ refresh: { accessToken: string } }>(
      'mutation ($token: String!) { refresh(refreshToken: $token) { accessToken } }',
      { token: admin.refreshToken },
    );
    const again = createClient(server.url, { authorization: `Bearer ${refresh.accessToken}` });
    expect(await again.refusal(rotate)).toBe('REAUTHENTICATION_REQUIRED');

    const recent = await server.signIn('admin');
    const { rotateSigningKeys } = await recent.get<{ rotateSigningKeys: { id: string } }>(rotate);
    expect(rotateSigningKeys).toMatchObject({ state: 'ACTIVE' });
    expect(rotateSigningKeys.id).not.toBe(signingKeys[0]?.id);
    expect(await recent.get(list)).toMatchObject({
      signingKeys: [
        { id: rotateSigningKeys.id, state: 'ACTIVE' },
        { id: signingKeys[0]?.id, state: 'RETIRING', signedUntil: expect.any(String) },
      ],
    });
    expect(
      await recent.get(
        '{ auditEvents(first: 1, filter: { type: "signing_key.rotated" }) { nodes { subjectId actor { id } } } }',
      ),
    ).toEqual({ auditEvents: { nodes: [{ subjectId: rotateSigningKeys.id, actor: { id: recent.id } }] } });
    await until(async () => (await signIn()) === rotateSigningKeys.id);
    expect(await recent.get('{ me { id } }')).toEqual({ me: { id: recent.id } });
  });

  test('are listed with the newest first, and fifty of them', async () => {
    const em = server.database.fork();
    const made = Array.from({ length: 51 }, () => newId(server.now()));
    for (const id of made)
      em.create(SigningKey, {
        id,
        createdAt: server.now(),
        purpose: 'access',
        algorithm: 'EdDSA',
        state: 'retired',
        signedUntil: server.now(),
        publicJwk: null,
        sealedKey: '',
      });
    await em.flush();
    const recent = await server.signIn('admin');
    const { signingKeys } = await recent.get<{ signingKeys: Array<{ id: string }> }>(list);
    expect(signingKeys.map(({ id }) => id)).toEqual(made.toReversed().slice(0, 50));
  });
});
