import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { demoPassword } from '../../../src/app/demo.ts';
import {
  beginDocument,
  challengeDocument,
  challengeOf,
  codeAt,
  complete,
  completeDocument,
  confirmDocument,
  enrol,
  enrolledAccount,
  manyClients,
  registerAccount,
  signInWithCode,
} from '../../support/authenticator.ts';
import { createClient } from '../../support/client.ts';
import { openMailbox } from '../../support/mailbox.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const appOrigin = 'https://app.example.com';
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ CORS_ORIGINS: appOrigin, ENABLE: 'password-grant,basic-auth', ...manyClients });
});
afterAll(() => server.stop());

const renewCodes = 'mutation { regenerateRecoveryCodes { codes } }';
const reauthenticate =
  'mutation ($input: ReauthenticateInput!) { reauthenticate(input: $input) { accessToken refreshToken expiresIn session { methods } } }';
const disable = 'mutation { disableTotp }';
const completeNarrowed = completeDocument.replace(/user \{[^}]*\}/, 'user { id }');

interface Stepped {
  readonly reauthenticate: {
    readonly accessToken: string;
    readonly refreshToken: string | null;
    readonly session: { readonly methods: readonly string[] };
  };
}

describe('Enrolling an authenticator app', () => {
  test('answers a secret, its URI and a QR code, and takes effect by the first code', async () => {
    const account = await registerAccount(server);
    const { beginTotpEnrolment: begun } = await account.get<{
      beginTotpEnrolment: { secret: string; uri: string; qrCode: string };
    }>(beginDocument);
    expect(begun.secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(begun.uri).toContain(`secret=${begun.secret}`);
    expect(begun.uri).toMatch(/^otpauth:\/\/totp\/.*algorithm=SHA1.*digits=6.*period=30/);
    expect(begun.qrCode).toMatch(/^<svg[\s\S]*<\/svg>$/);
    expect(await account.get('{ me { mfaEnabled recoveryCodesLeft } }')).toEqual({
      me: { mfaEnabled: false, recoveryCodesLeft: 0 },
    });
    const { confirmTotpEnrolment } = await account.get<{ confirmTotpEnrolment: { codes: string[] } }>(confirmDocument, {
      code: codeAt(begun.secret, server.now()),
    });
    expect(new Set(confirmTotpEnrolment.codes).size).toBe(10);
    expect(await account.get('{ me { mfaEnabled recoveryCodesLeft } }')).toEqual({
      me: { mfaEnabled: true, recoveryCodesLeft: 10 },
    });
    await openMailbox(server.config).latestMail(account.email, 'factor-enrolled');
  });

  test('is refused with a wrong code, and with the code of two steps ago', async () => {
    const account = await registerAccount(server);
    const { beginTotpEnrolment } = await account.get<{ beginTotpEnrolment: { secret: string } }>(beginDocument);
    const old = codeAt(beginTotpEnrolment.secret, new Date(server.now().getTime() - 60_000));
    expect(await account.refusal(confirmDocument, { code: old })).toBe('INVALID_CREDENTIALS');
    expect(await account.refusal(confirmDocument, { code: 'no code' })).toBe('INVALID_CREDENTIALS');
    expect(await account.get('{ me { mfaEnabled } }')).toEqual({ me: { mfaEnabled: false } });
  });

  test('is recorded if it is refused: for a wrong code, and for one that nothing waits for', async () => {
    const account = await registerAccount(server);
    const { me } = await account.get<{ me: { id: string } }>('{ me { id } }');
    expect(await account.refusal(confirmDocument, { code: '123456' })).toBe('CONFLICT');
    await account.get(beginDocument);
    expect(await account.refusal(confirmDocument, { code: 'no code' })).toBe('INVALID_CREDENTIALS');
    const admin = await server.signIn('admin');
    const { auditEvents } = await admin.get<{ auditEvents: { nodes: object[] } }>(
      '{ auditEvents(first: 2, filter: { type: "factor.refused" }) { nodes { subjectId details } } }',
    );
    expect(auditEvents.nodes).toEqual(
      ['INVALID_CREDENTIALS', 'CONFLICT'].map((code) => ({
        subjectId: me.id,
        details: { proof: 'enrolment', method: 'TOTP', code },
      })),
    );
  });

  test('must have begun within 15 minutes, by a sign-in that is recent', async () => {
    const account = await registerAccount(server);
    expect(await account.refusal(confirmDocument, { code: '123456' })).toBe('CONFLICT');
    const { beginTotpEnrolment } = await account.get<{ beginTotpEnrolment: { secret: string } }>(beginDocument);
    server.wait(14.9 * 60);
    expect(await account.refusal(confirmDocument, { code: '000000' })).toBe('INVALID_CREDENTIALS');
    server.wait(10);
    const code = codeAt(beginTotpEnrolment.secret, server.now());
    const renewed = createClient(server.url, {
      authorization: `Bearer ${await refreshed(account.refreshToken)}`,
    });
    expect(await renewed.refusal(confirmDocument, { code })).toBe('CONFLICT');
    expect(await renewed.refusal(beginDocument)).toBe('REAUTHENTICATION_REQUIRED');
    const { reauthenticate: stepped } = await renewed.get<Stepped>(reauthenticate, {
      input: { password: demoPassword },
    });
    const recent = createClient(server.url, { authorization: `Bearer ${stepped.accessToken}` });
    expect(await recent.get(beginDocument)).toHaveProperty('beginTotpEnrolment.secret');
  });

  test('leaves the present app in force until the new one is confirmed, and asks for a fresh factor', async () => {
    const account = await enrolledAccount(server);
    expect(await account.refusal(beginDocument)).toBe('MFA_REQUIRED');
    const fresh = await signInWithCode(server, account);
    const { beginTotpEnrolment } = await fresh.get<{ beginTotpEnrolment: { secret: string } }>(beginDocument);
    const again = await signInWithCode(server, account);
    expect(again.user.mfaEnabled).toBe(true);
    await fresh.get(confirmDocument, { code: codeAt(beginTotpEnrolment.secret, server.now()) });
    const challenge = await challengeOf(server, account);
    expect(await server.refusal(completeDocument, { input: { challenge, code: account.nextCode() } })).toBe(
      'INVALID_CREDENTIALS',
    );
    const code = codeAt(beginTotpEnrolment.secret, server.now());
    expect(await complete(server, challenge, { code })).toHaveProperty('user.email', account.email);
    expect(await again.get('{ me { email } }')).toEqual({ me: { email: account.email } });
    await openMailbox(server.config).latestMail(account.email, 'factor-replaced');
  });

  test('must begin again if the factors of the account have changed meanwhile', async () => {
    const account = await registerAccount(server);
    const stranger = createClient(server.url, { authorization: `Bearer ${account.accessToken}` });
    const { beginTotpEnrolment } = await stranger.get<{ beginTotpEnrolment: { secret: string } }>(beginDocument);
    await server.database.orm.em
      .fork()
      .execute(`update users set second_factors = '{PASSKEY}' where email = ?`, [account.email]);
    const code = codeAt(beginTotpEnrolment.secret, server.now());
    expect(await stranger.refusal(confirmDocument, { code })).toBe('CONFLICT');
  });

  test('stores neither the secret nor a recovery code in the clear', async () => {
    const account = await enrolledAccount(server);
    const stored = await server.database.orm.em
      .fork()
      .execute(`select * from totp_credentials, (select string_agg(hash, ' ') as hashes from recovery_codes) as codes`);
    const text = JSON.stringify(stored);
    expect(text).not.toContain(account.secret);
    for (const code of account.recoveryCodes) expect(text).not.toContain(code.replace('-', ''));
  });
});

describe('A sign-in to an account with a second factor', () => {
  test('is a challenge first, and tokens that name both factors after it', async () => {
    const account = await enrolledAccount(server);
    const { email, password } = account;
    const { login } = await server.get<{ login: { challenge: string } }>(challengeDocument, {
      input: { email, password },
    });
    expect(login).toEqual({
      challenge: expect.stringMatching(/^spm_/),
      methods: ['TOTP', 'RECOVERY_CODE'],
      expiresIn: 300,
      passkeyOptions: null,
    });
    const completed = await complete(server, login.challenge, { code: account.nextCode() });
    expect(completed.session.methods).toEqual(['PASSWORD', 'TOTP']);
    expect(decodeJwt(completed.accessToken)).toMatchObject({ amr: ['pwd', 'otp', 'mfa'] });
  });

  test('accepts a time step once, whatever it was for', async () => {
    const account = await enrolledAccount(server);
    const code = account.nextCode();
    await complete(server, await challengeOf(server, account), { code });
    const challenge = await challengeOf(server, account);
    expect(await server.refusal(completeDocument, { input: { challenge, code } })).toBe('INVALID_CREDENTIALS');
    expect(await account.refusal(reauthenticate, { input: { code } })).toBe('INVALID_CREDENTIALS');
    expect((await account.ask('{ me { id } }', {}, { 'x-totp-code': code })).status).toBe(401);
    expect(await complete(server, challenge, { code: account.nextCode() })).toHaveProperty('session');
  });

  test('ends a challenge by one sign-in, and after five minutes', async () => {
    const account = await enrolledAccount(server);
    const used = await challengeOf(server, account);
    await complete(server, used, { code: account.nextCode() });
    expect(await server.refusal(completeDocument, { input: { challenge: used, code: account.nextCode() } })).toBe(
      'INVALID_GRANT',
    );
    const late = await challengeOf(server, account);
    server.wait(301);
    expect(await server.refusal(completeDocument, { input: { challenge: late, code: account.nextCode() } })).toBe(
      'INVALID_GRANT',
    );
    expect(await server.refusal(completeDocument, { input: { challenge: 'spm_made-up', code: '123456' } })).toBe(
      'INVALID_GRANT',
    );
    const admin = await server.signIn('admin');
    const { auditEvents } = await admin.get<{ auditEvents: { nodes: object[] } }>(
      '{ auditEvents(first: 3, filter: { type: "session.start_failed" }) { nodes { subjectId details } } }',
    );
    const refusal = { subjectId: null, details: { reason: 'dead_challenge' } };
    expect(auditEvents.nodes).toEqual([refusal, refusal, refusal]);
  });

  test('is not kept from its owner by the thief of an access token: each session has a budget of its own for step-up', async () => {
    const account = await enrolledAccount(server);
    const other = await signInWithCode(server, account);
    const wrong = { input: { code: '000000' } };
    for (let tries = 0; tries < 10; tries += 1) {
      expect(await other.refusal(reauthenticate, wrong)).toBe('INVALID_CREDENTIALS');
    }
    expect(await other.refusal(reauthenticate, wrong)).toBe('RATE_LIMITED');
    expect((await other.ask('{ me { id } }', {}, { 'x-totp-code': '000000' })).status).toBe(429);
    const third = await signInWithCode(server, account);
    expect((await third.ask(reauthenticate, { input: { code: account.nextCode() } })).body.errors).toBeUndefined();
  });

  test('costs no attempt if no factor takes a code', async () => {
    const account = await registerAccount(server);
    for (let tries = 0; tries < 11; tries += 1) {
      expect((await account.ask('{ me { id } }', {}, { 'x-totp-code': '000000' })).status).toBe(401);
    }
  });

  test('has five tries for a challenge and ten wrong ones an hour for an account, apart from those of its password', async () => {
    const account = await enrolledAccount(server);
    const first = await challengeOf(server, account);
    const wrong = { input: { challenge: first, code: '000000' } };
    for (let tries = 0; tries < 5; tries += 1) {
      expect(await server.refusal(completeDocument, wrong)).toBe('INVALID_CREDENTIALS');
    }
    expect(await server.refusal(completeDocument, { input: { challenge: first, code: account.nextCode() } })).toBe(
      'RATE_LIMITED',
    );
    const second = await challengeOf(server, account);
    for (let tries = 0; tries < 5; tries += 1) {
      const input = { challenge: second, code: '000000' };
      expect(await server.refusal(completeDocument, { input })).toBe('INVALID_CREDENTIALS');
    }
    const third = await challengeOf(server, account);
    expect(await server.refusal(completeDocument, { input: { challenge: third, code: account.nextCode() } })).toBe(
      'RATE_LIMITED',
    );
  });

  test('needs exactly one proof', async () => {
    const account = await enrolledAccount(server);
    const challenge = await challengeOf(server, account);
    expect(await server.refusal(completeDocument, { input: { challenge } })).toBe('BAD_USER_INPUT');
    const two = { challenge, code: account.nextCode(), recoveryCode: account.recoveryCodes[0] };
    expect(await server.refusal(completeDocument, { input: two })).toBe('BAD_USER_INPUT');
  });

  test('comes to nothing once the password has changed', async () => {
    const account = await enrolledAccount(server);
    const challenge = await challengeOf(server, account);
    await account.get(
      'mutation ($c: String!, $n: String!) { changePassword(currentPassword: $c, newPassword: $n) { expiresIn } }',
      {
        c: account.password,
        n: 'another fine password',
      },
    );
    expect(await server.refusal(completeDocument, { input: { challenge, code: account.nextCode() } })).toBe(
      'INVALID_GRANT',
    );
  });

  test('delivers in cookies if `login` asked for them', async () => {
    const account = await enrolledAccount(server);
    const origin = { origin: 'http://localhost:4000' };
    const { email, password } = account;
    const begun = await server.ask(challengeDocument, { input: { email, password, delivery: 'COOKIE' } }, origin);
    const { login } = begun.body.data as { login: { challenge: string } };
    const { challenge } = login;
    expect(begun.headers.getSetCookie()).toEqual([]);
    const input = { challenge, code: account.nextCode() };
    expect((await server.ask(completeDocument, { input }, { origin: 'http://evil.example' })).body.errors).toHaveLength(
      1,
    );
    const done = await server.ask(completeDocument, { input }, origin);
    expect(done.body.data).toMatchObject({ completeMfa: { accessToken: null, refreshToken: null } });
    expect(done.headers.getSetCookie().map((cookie) => cookie.split('=')[0])).toEqual([
      'sallyport-device',
      'sallyport-access',
      'sallyport-refresh',
    ]);
  });

  test('keeps the scopes and the device that `login` asked for', async () => {
    const account = await enrolledAccount(server);
    const challenge = await challengeOf(server, account, { scopes: ['articles:read'], device: 'a phone' });
    const { accessToken } = await complete(server, challenge, { code: account.nextCode() }, completeNarrowed);
    const narrowed = createClient(server.url, { authorization: `Bearer ${accessToken}` });
    expect(await narrowed.get('{ me { scopes } session { device } }')).toEqual({
      me: { scopes: ['articles:read'] },
      session: { device: 'a phone' },
    });
  });
});

describe('A recovery code', () => {
  test('stands in for the app once, in whatever spelling, and the owner is told', async () => {
    const account = await enrolledAccount(server);
    const [code = ''] = account.recoveryCodes;
    const spelt = ` ${code.toUpperCase().replace('-', ' - ')} `;
    const completed = await complete(server, await challengeOf(server, account), { recoveryCode: spelt });
    expect(completed).toMatchObject({
      user: { recoveryCodesLeft: 9 },
      session: { methods: ['PASSWORD', 'RECOVERY_CODE'] },
    });
    const challenge = await challengeOf(server, account);
    expect(await server.refusal(completeDocument, { input: { challenge, recoveryCode: code } })).toBe(
      'INVALID_CREDENTIALS',
    );
    await openMailbox(server.config).latestMail(account.email, 'recovery-code-used');
  });

  test('is replaced with all the others by a fresh factor alone', async () => {
    const account = await enrolledAccount(server);
    expect(await account.refusal(renewCodes)).toBe('MFA_REQUIRED');
    const fresh = await signInWithCode(server, account);
    const { regenerateRecoveryCodes } = await fresh.get<{ regenerateRecoveryCodes: { codes: string[] } }>(renewCodes);
    expect(regenerateRecoveryCodes.codes).toHaveLength(10);
    await openMailbox(server.config).latestMail(account.email, 'recovery-codes-renewed');
    const challenge = await challengeOf(server, account);
    const former = { challenge, recoveryCode: account.recoveryCodes[1] };
    expect(await server.refusal(completeDocument, { input: former })).toBe('INVALID_CREDENTIALS');
    await complete(server, challenge, { recoveryCode: regenerateRecoveryCodes.codes[0] });
  });
});

describe('The password of an account with a second factor alone', () => {
  test('gets nothing by the password grant', async () => {
    const { email, password } = await enrolledAccount(server);
    const response = await fetch(`${server.url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'password', username: email, password }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'invalid_grant' });
  });

  test('gets nothing by Basic, from the moment of the enrolment on', async () => {
    const account = await registerAccount(server);
    const authorization = `Basic ${Buffer.from(`${account.email}:${account.password}`).toString('base64')}`;
    const basic = createClient(server.url, { authorization });
    expect(await basic.get('{ me { email } }')).toEqual({ me: { email: account.email } });
    await enrol(server, account);
    expect((await basic.ask('{ me { email } }')).status).toBe(401);
  });

  test('gets nothing by a reset, whose new password is asked for the factor as well', async () => {
    const account = await enrolledAccount(server);
    const { email } = account;
    await server.database.orm.em.fork().execute('update users set email_verified_at = now() where email = ?', [email]);
    await server.get('mutation ($email: String!) { requestPasswordReset(email: $email) }', { email });
    const { token } = await openMailbox(server.config).latestMail(email, 'password-reset');
    const password = 'a new password by mail';
    await server.get('mutation ($t: String!, $p: String!) { resetPassword(token: $t, newPassword: $p) }', {
      t: token,
      p: password,
    });
    await complete(server, await challengeOf(server, { email, password }), { code: account.nextCode() });
  });

  test('renews a session from before the enrolment, which is not fresh', async () => {
    const account = await enrolledAccount(server);
    const renewed = createClient(server.url, { authorization: `Bearer ${await refreshed(account.refreshToken)}` });
    expect(await renewed.get('{ me { email } }')).toEqual({ me: { email: account.email } });
    expect(await renewed.refusal(disable)).toBe('MFA_REQUIRED');
  });

  test('changes itself, and the new session is no fresher than the former one', async () => {
    const account = await enrolledAccount(server);
    const { changePassword } = await account.get<{ changePassword: { accessToken: string } }>(
      'mutation ($c: String!, $n: String!) { changePassword(currentPassword: $c, newPassword: $n) { accessToken } }',
      { c: account.password, n: 'another fine password' },
    );
    const changed = createClient(server.url, { authorization: `Bearer ${changePassword.accessToken}` });
    expect(await changed.refusal(renewCodes)).toBe('MFA_REQUIRED');
  });
});

describe('Proving once more who one is', () => {
  test('by a code makes the session fresh, in a new access token of the same session', async () => {
    const account = await enrolledAccount(server);
    const { reauthenticate: stepped } = await account.get<Stepped>(reauthenticate, {
      input: { code: account.nextCode() },
    });
    expect(stepped).toMatchObject({ refreshToken: null, session: { methods: ['PASSWORD', 'TOTP'] } });
    const { sid, auth_time: authTime } = decodeJwt(account.accessToken);
    const claims = decodeJwt(stepped.accessToken);
    expect(claims).toMatchObject({ sid, amr: ['pwd', 'otp', 'mfa'] });
    expect(Number(claims['auth_time'])).toBeGreaterThan(Number(authTime));
    const fresh = createClient(server.url, { authorization: `Bearer ${stepped.accessToken}` });
    expect(await fresh.get(disable)).toEqual({ disableTotp: true });
  });

  test('by the password suffices for an account without a factor, and for no other', async () => {
    const account = await registerAccount(server);
    const { reauthenticate: stepped } = await account.get<Stepped>(reauthenticate, {
      input: { password: account.password },
    });
    expect(stepped.session.methods).toEqual(['PASSWORD']);
    expect(await account.refusal(reauthenticate, { input: { password: 'wrong password' } })).toBe(
      'INVALID_CREDENTIALS',
    );
    expect(await account.refusal(reauthenticate, { input: {} })).toBe('BAD_USER_INPUT');
    const enrolled = await enrol(server, account);
    expect(await enrolled.refusal(reauthenticate, { input: { password: account.password } })).toBe('MFA_REQUIRED');
    await enrolled.get(reauthenticate, { input: { password: account.password, code: enrolled.nextCode() } });
  });

  test('lasts for 15 minutes', async () => {
    const account = await enrolledAccount(server);
    const fresh = await signInWithCode(server, account);
    server.wait(14 * 60);
    await fresh.get(renewCodes);
    server.wait(61);
    const renewed = createClient(server.url, { authorization: `Bearer ${await refreshed(fresh.refreshToken)}` });
    expect(await renewed.refusal(renewCodes)).toBe('MFA_REQUIRED');
  });

  test('keeps a narrowed token narrow', async () => {
    const account = await enrolledAccount(server);
    const challenge = await challengeOf(server, account, { scopes: ['articles:read'] });
    const { accessToken } = await complete(server, challenge, { code: account.nextCode() }, completeNarrowed);
    const narrowed = createClient(server.url, { authorization: `Bearer ${accessToken}` });
    const { reauthenticate: stepped } = await narrowed.get<Stepped>(reauthenticate, {
      input: { code: account.nextCode() },
    });
    const again = createClient(server.url, { authorization: `Bearer ${stepped.accessToken}` });
    expect(await again.get('{ me { scopes } }')).toEqual({ me: { scopes: ['articles:read'] } });
  });

  test('is for a session: a key cannot do it', async () => {
    const account = await registerAccount(server);
    const { createApiKey } = await account.get<{ createApiKey: { secret: string } }>(
      'mutation { createApiKey(input: { name: "a key", scopes: ["articles:read"] }) { secret } }',
    );
    const key = createClient(server.url, { 'x-api-key': createApiKey.secret });
    expect(await key.refusal(reauthenticate, { input: { password: account.password } })).toBe('FORBIDDEN');
  });
});

describe('A code in X-TOTP-Code', () => {
  test('is a fresh factor for that request alone', async () => {
    const account = await enrolledAccount(server);
    const header = { 'x-totp-code': account.nextCode() };
    expect((await account.ask(renewCodes, {}, header)).body.data).toHaveProperty('regenerateRecoveryCodes');
    expect(await account.refusal(renewCodes)).toBe('MFA_REQUIRED');
  });

  test('is refused with 401 if it is wrong, and so is the request', async () => {
    const account = await enrolledAccount(server);
    const { status, body } = await account.ask('{ me { id } }', {}, { 'x-totp-code': '000000' });
    expect([status, body.errors?.[0]?.extensions.code]).toEqual([401, 'INVALID_CREDENTIALS']);
  });

  test('leaves the cookies of a session as they are if it is wrong', async () => {
    const account = await enrolledAccount(server);
    const cookies = { cookie: `sallyport-access=${account.accessToken}`, origin: appOrigin };
    const refused = await server.ask('{ me { id } }', {}, { ...cookies, 'x-totp-code': '000000' });
    expect([refused.status, refused.headers.getSetCookie(), refused.headers.get('www-authenticate')]).toEqual([
      401,
      [],
      null,
    ]);
  });
});

describe('Removing the authenticator app', () => {
  test('takes a fresh factor, ends no session, and tells the owner', async () => {
    const account = await enrolledAccount(server);
    const fresh = await signInWithCode(server, account);
    expect(await fresh.get(disable)).toEqual({ disableTotp: true });
    expect(await account.get('{ me { mfaEnabled recoveryCodesLeft } }')).toEqual({
      me: { mfaEnabled: false, recoveryCodesLeft: 0 },
    });
    const { login } = await server.get<{ login: object }>(challengeDocument, {
      input: { email: account.email, password: account.password },
    });
    expect(login).toHaveProperty('accessToken');
    await openMailbox(server.config).latestMail(account.email, 'factor-removed');
  });
});

describe('A trusted device', () => {
  const devices = '{ me { trustedDevices { id name current expiresAt } } }';

  test('spares the second factor there for 30 days, and nowhere else', async () => {
    const account = await enrolledAccount(server);
    const { email, password } = account;
    const challenge = await challengeOf(server, account, { device: 'my laptop' });
    const { deviceToken } = await complete(server, challenge, { code: account.nextCode(), trustDevice: true });
    const input = { email, password, deviceToken };
    const { login } = await server.get<{ login: { accessToken: string } }>(challengeDocument, { input });
    const spared = createClient(server.url, { authorization: `Bearer ${login.accessToken}` });
    expect(await spared.get(devices)).toMatchObject({ me: { trustedDevices: [{ name: 'my laptop', current: true }] } });
    expect(await spared.refusal(renewCodes)).toBe('MFA_REQUIRED');
    expect(await account.get(devices)).toMatchObject({ me: { trustedDevices: [{ current: false }] } });
    await challengeOf(server, account);
    server.wait(30 * 86_400 + 1);
    await challengeOf(server, account, { deviceToken });
  });

  test('is trusted no more once it is revoked, or the password has changed', async () => {
    const account = await enrolledAccount(server);
    const trusting = async (): Promise<string> => {
      const proof = { code: account.nextCode(), trustDevice: true };
      return (await complete(server, await challengeOf(server, account), proof)).deviceToken;
    };
    const first = await trusting();
    const { me } = await account.get<{ me: { trustedDevices: Array<{ id: string }> } }>(devices);
    const id = me.trustedDevices[0]?.id ?? '';
    const other = await registerAccount(server);
    const revoke = 'mutation ($id: ID!) { revokeTrustedDevice(id: $id) }';
    expect(await other.refusal(revoke, { id })).toBe('NOT_FOUND');
    expect(await account.get(revoke, { id })).toEqual({ revokeTrustedDevice: true });
    await challengeOf(server, account, { deviceToken: first });

    const second = await trusting();
    const password = 'another fine password';
    await account.get(
      'mutation ($c: String!, $n: String!) { changePassword(currentPassword: $c, newPassword: $n) { expiresIn } }',
      {
        c: account.password,
        n: password,
      },
    );
    await challengeOf(server, { ...account, password }, { deviceToken: second });
  });
});

describe('An administrator', () => {
  const reset = 'mutation ($id: ID!) { resetUserFactors(userId: $id) { mfaEnabled } }';

  test('takes lost factors away, and the owner is told', async () => {
    const account = await enrolledAccount(server);
    const { me } = await account.get<{ me: { id: string } }>('{ me { id } }');
    expect(await (await server.signIn('moderator')).refusal(reset, { id: me.id })).toBe('FORBIDDEN');
    const admin = await server.signIn('admin');
    expect(await admin.get(reset, { id: me.id })).toEqual({ resetUserFactors: { mfaEnabled: false } });
    expect(await account.get('{ me { mfaEnabled recoveryCodesLeft } }')).toEqual({
      me: { mfaEnabled: false, recoveryCodesLeft: 0 },
    });
    await openMailbox(server.config).latestMail(account.email, 'factors-reset');
    const { auditEvents } = await admin.get<{ auditEvents: { nodes: object[] } }>(
      '{ auditEvents(filter: { type: "factors.reset" }) { nodes { subjectId details } } }',
    );
    expect(auditEvents.nodes[0]).toEqual({
      subjectId: me.id,
      details: { methods: ['TOTP', 'RECOVERY_CODE'], systemWork: expect.any(String) },
    });
  });

  test('who has a factor proves it before taking one away, giving roles, inviting, making a key or changing the email, also by a key', async () => {
    const admin = await server.signIn('admin');
    const create = 'mutation { createApiKey(input: { name: "a key", scopes: ["*"] }) { secret } }';
    const { createApiKey } = await admin.get<{ createApiKey: { secret: string } }>(create);
    const { secret } = (await admin.get<{ beginTotpEnrolment: { secret: string } }>(beginDocument)).beginTotpEnrolment;
    await admin.get(confirmDocument, { code: codeAt(secret, server.now()) });
    const key = createClient(server.url, { 'x-api-key': createApiKey.secret });
    const setRoles = 'mutation ($id: ID!) { setUserRoles(userId: $id, roles: [EDITOR]) { id } }';
    const { me } = await (await registerAccount(server)).get<{ me: { id: string } }>('{ me { id } }');
    expect(await admin.refusal(reset, { id: me.id })).toBe('MFA_REQUIRED');
    expect(await admin.refusal(setRoles, { id: me.id })).toBe('MFA_REQUIRED');
    expect(await key.refusal(setRoles, { id: me.id })).toBe('MFA_REQUIRED');
    const invite = 'mutation { inviteUser(input: { email: "new@example.com", roles: [ADMIN] }) }';
    for (const caller of [admin, key]) expect(await caller.refusal(invite)).toBe('MFA_REQUIRED');
    expect(await admin.refusal(create)).toBe('MFA_REQUIRED');
    expect(await admin.refusal('mutation { requestEmailChange(newEmail: "new@example.com") }')).toBe('MFA_REQUIRED');
    server.wait(30);
    const code = codeAt(secret, server.now());
    expect((await admin.ask(setRoles, { id: me.id }, { 'x-totp-code': code })).body.errors).toBeUndefined();
  });
});

async function refreshed(refreshToken: string): Promise<string> {
  const { refresh } = await server.get<{ refresh: { accessToken: string } }>(
    'mutation ($token: String!) { refresh(refreshToken: $token) { accessToken } }',
    { token: refreshToken },
  );
  return refresh.accessToken;
}
