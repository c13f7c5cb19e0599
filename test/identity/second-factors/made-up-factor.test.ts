import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { demoPassword } from '../../../src/app/demo.ts';
import { secondFactors } from '../../../src/app/second-factors.ts';
import { challengeDocument, completeDocument } from '../../support/authenticator.ts';
import { createClient, type Client } from '../../support/client.ts';
import { createFixedCode, fixedCode } from '../../support/fixed-code/fixed-code.factor.ts';
import { openMailbox } from '../../support/mailbox.ts';
import { startServer, type TestServer } from '../../support/server.ts';

/** A factor that a team adds: one folder, and the line below. No other file knows of it. */
const wiring = { secondFactors: [...secondFactors, createFixedCode] };

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ ENABLE: 'password-grant,basic-auth' }, undefined, wiring);
});
afterAll(() => server.stop());

const viewer = { email: 'viewer@demo.sallyport.test', password: demoPassword };

async function completed(challenge: unknown): Promise<Client & { readonly accessToken: string }> {
  const { completeMfa } = await server.get<{ completeMfa: { accessToken: string } }>(completeDocument, {
    input: { challenge, code: fixedCode },
  });
  const { accessToken } = completeMfa;
  return { accessToken, ...createClient(server.url, { authorization: `Bearer ${accessToken}` }) };
}

async function loggedIn(email: string): Promise<Client & { readonly accessToken: string }> {
  const { login } = await server.get<{ login: { challenge: string } }>(challengeDocument, {
    input: { email, password: demoPassword },
  });
  return completed(login.challenge);
}

describe('A made-up second factor is asked for', () => {
  test('by login, and then stands in the token', async () => {
    const { login } = await server.get<{ login: { challenge: string; methods: string[] } }>(challengeDocument, {
      input: viewer,
    });
    expect(login).toHaveProperty('challenge');
    const wrong = { input: { challenge: login.challenge, code: 'open barley' } };
    expect(await server.refusal(completeDocument, wrong)).toBe('INVALID_CREDENTIALS');
    const { accessToken } = await completed(login.challenge);
    expect(decodeJwt(accessToken)).toMatchObject({ amr: ['pwd', 'kba', 'mfa'] });
  });

  test('a few times an hour, whatever challenges its wrong proofs answer', async () => {
    const codes: string[] = [];
    for (let challenges = 0; challenges < 3; challenges += 1) {
      const { login } = await server.get<{ login: { challenge: string } }>(challengeDocument, {
        input: { email: 'moderator@demo.sallyport.test', password: demoPassword },
      });
      for (let tries = 0; tries < 4; tries += 1)
        codes.push(
          await server.refusal(completeDocument, { input: { challenge: login.challenge, code: 'open barley' } }),
        );
    }
    expect(codes).toEqual([...Array(10).fill('INVALID_CREDENTIALS'), 'RATE_LIMITED', 'RATE_LIMITED']);
  });

  test('by registration', async () => {
    const input = { email: 'new@factors.example', password: demoPassword, displayName: 'New' };
    const { register } = await server.get<{ register: object }>(
      'mutation ($input: RegisterInput!) { register(input: $input) { ... on MfaChallenge { challenge } } }',
      { input },
    );
    expect(register).toHaveProperty('challenge');
  });

  test('by an invitation', async () => {
    const admin = await loggedIn('admin@demo.sallyport.test');
    const email = 'guest@factors.example';
    await admin.get('mutation ($input: InviteUserInput!) { inviteUser(input: $input) }', {
      input: { email, roles: ['VIEWER'] },
    });
    const { token } = await openMailbox(server.config).latestMail(email, 'invitation');
    const { acceptInvitation } = await server.get<{ acceptInvitation: object }>(
      'mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { ... on MfaChallenge { challenge } } }',
      { input: { token, password: demoPassword, displayName: 'Guest' } },
    );
    expect(acceptInvitation).toHaveProperty('challenge');
  });

  test('by the password grant and by Basic, which have no place for it and refuse', async () => {
    const grant = await fetch(`${server.url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'password', username: viewer.email, password: viewer.password }),
    });
    expect([grant.status, await grant.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_grant' })]);
    const authorization = `Basic ${Buffer.from(`${viewer.email}:${viewer.password}`).toString('base64')}`;
    expect((await createClient(server.url, { authorization }).ask('{ me { id } }')).status).toBe(401);
  });

  test('by @mfa and by a step-up, once the proof is old', async () => {
    const admin = await loggedIn('admin@demo.sallyport.test');
    const { me } = await (
      await loggedIn(viewer.email)
    ).get<{ me: { id: string; mfaEnabled: boolean } }>('{ me { id mfaEnabled } }');
    expect(me.mfaEnabled).toBe(true);
    const setRoles = 'mutation ($id: ID!) { setUserRoles(userId: $id, roles: [VIEWER]) { id } }';
    await admin.get(setRoles, { id: me.id });
    await server.database.orm.em.fork().execute(`update sessions set mfa_at = mfa_at - interval '16 minutes'`);
    expect(await admin.refusal(setRoles, { id: me.id })).toBe('MFA_REQUIRED');
    const reauthenticate = 'mutation ($input: ReauthenticateInput!) { reauthenticate(input: $input) { expiresIn } }';
    expect(await admin.refusal(reauthenticate, { input: { password: demoPassword } })).toBe('MFA_REQUIRED');
    await admin.get(reauthenticate, { input: { code: fixedCode } });
    await admin.get(setRoles, { id: me.id });
  });
});
