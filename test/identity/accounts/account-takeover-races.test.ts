import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Answer, Client } from '../../support/client.ts';
import { inTurnForAccount } from '../../support/locks.ts';
import { describeOnPostgres } from '../../support/on-postgres.ts';
import { signedIn, signInDocument, startServer, type SignedIn, type TestServer } from '../../support/server.ts';

describeOnPostgres('A thief from whom an account was taken back in the meantime', () => {
  let server: TestServer;
  let admin: SignedIn;
  let count = 0;
  beforeAll(async () => {
    server = await startServer();
    admin = await server.signIn('admin');
  });
  afterAll(() => server.stop());

  const password = 'correct horse battery';
  const change = `mutation { changePassword(currentPassword: "${password}", newPassword: "another good one") { scope } }`;
  const codeOf = (answer: Answer | undefined): string | undefined => answer?.body.errors?.[0]?.extensions.code;

  /** An account with two sessions: its owner's, and the one that is to be taken back. */
  async function register(roles: readonly string[]): Promise<{ owner: SignedIn; thief: SignedIn }> {
    count += 1;
    const email = `taken${count}@example.com`;
    await server.get('mutation ($input: RegisterInput!) { register(input: $input) { __typename } }', {
      input: { email, password, displayName: 'Taken' },
    });
    const signIn = async (): Promise<SignedIn> =>
      signedIn(server.url, await server.ask(signInDocument, { input: { email, password } }));
    const { id } = await signIn();
    await admin.get('mutation ($id: ID!, $roles: [Role!]!) { setUserRoles(userId: $id, roles: $roles) { id } }', {
      id,
      roles,
    });
    return { owner: await signIn(), thief: await signIn() };
  }

  /** The owner changes the password, and what the thief asks for waits behind it. */
  async function behindTheChange(owner: SignedIn, ask: () => Promise<Answer>): Promise<string | undefined> {
    const [changed, asked] = await inTurnForAccount(server.database, owner.id, [() => owner.ask(change), ask]);
    expect(codeOf(changed)).toBeUndefined();
    return codeOf(asked);
  }

  test('gives no one roles', async () => {
    const { owner, thief } = await register(['ADMIN']);
    const other = await register(['VIEWER']);
    const grant = 'mutation ($id: ID!) { setUserRoles(userId: $id, roles: [ADMIN]) { roles } }';
    expect(await behindTheChange(owner, () => thief.ask(grant, { id: other.owner.id }))).toBe('UNAUTHENTICATED');
    expect(await other.owner.get('{ me { roles } }')).toEqual({ me: { roles: ['VIEWER'] } });
  });

  test('invites no one, and earlier invitations are over', async () => {
    const { owner, thief } = await register(['ADMIN']);
    const invite = (by: Client, email: string): Promise<Answer> =>
      by.ask('mutation ($email: EmailAddress!) { inviteUser(input: { email: $email, roles: [ADMIN] }) }', { email });
    expect(codeOf(await invite(thief, 'before@example.com'))).toBeUndefined();
    expect(await behindTheChange(owner, () => invite(thief, 'behind@example.com'))).toBe('UNAUTHENTICATED');
    const open = `select email from account_tokens where purpose = 'invitation' and ended_at is null`;
    expect(await server.database.fork().getConnection().execute(open)).toEqual([]);
  });

  test('sets no password, even if they know the former one', async () => {
    const { owner, thief } = await register(['VIEWER']);
    const own = `mutation { changePassword(currentPassword: "${password}", newPassword: "the thief its own") { scope } }`;
    expect(await behindTheChange(owner, () => thief.ask(own))).toMatch(/^(CONFLICT|UNAUTHENTICATED)$/);
    const input = { email: `taken${count}@example.com`, password: 'another good one' };
    expect(codeOf(await server.ask(signInDocument, { input }))).toBeUndefined();
  });

  test('begins no change of the e-mail', async () => {
    const { owner, thief } = await register(['VIEWER']);
    const move = `mutation { requestEmailChange(newEmail: "thief@example.com", password: "${password}") }`;
    // Told as little as whether the new e-mail has an account.
    expect(await behindTheChange(owner, () => thief.ask(move))).toBeUndefined();
    await server.app.outbox.settled();
    const open = `select 1 from account_tokens where email = 'thief@example.com'`;
    expect(await server.database.fork().getConnection().execute(open)).toEqual([]);
  });

  test('makes no API key', async () => {
    const { owner, thief } = await register(['VIEWER']);
    const make = 'mutation { createApiKey(input: { name: "kept", scopes: ["articles:read"] }) { secret } }';
    expect(await behindTheChange(owner, () => thief.ask(make))).toBe('UNAUTHENTICATED');
  });

  test('does not close it', async () => {
    const { owner, thief } = await register(['VIEWER']);
    expect(await behindTheChange(owner, () => thief.ask('mutation { closeAccount }'))).toBe('UNAUTHENTICATED');
  });
});
