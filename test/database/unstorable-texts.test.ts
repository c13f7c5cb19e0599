import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { challengeOf, enrolledAccount, manyClients } from '../support/authenticator.ts';
import { beginEmailLogin } from '../support/email-login.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ ...manyClients, EMAIL_LOGIN: 'on' });
});
afterAll(() => server.stop());

const nobody = '"01900000-0000-7000-8000-000000000000"';
const known = 'email: "viewer@demo.sallyport.test"';

/** Every field that takes a text, `$x` where the text goes. */
const fields: readonly string[] = [
  'auditEvents(filter: { type: $x }) { totalCount nodes { id } }',
  'auditEvents(filter: { actorId: $x }) { totalCount }',
  'auditEvents(after: $x) { nodes { id } }',
  'articles(filter: { titleContains: $x }) { totalCount nodes { id } }',
  'articles(filter: { authorId: $x }) { totalCount }',
  'articles(after: $x) { nodes { id } }',
  'search(query: $x) { __typename }',
  'users(search: $x) { totalCount nodes { id } }',
  'node(id: $x) { id }',
  'simulateAccess(input: { operation: $x }) { allowed }',
  'simulateAccess(input: { operation: "{ me { id } }", userId: $x }) { allowed }',
  'inspectToken(token: $x) { valid }',
  'mutation updateProfile(input: { displayName: $x }) { id }',
  'mutation register(input: { email: "new@example.com", password: "correct horse battery", displayName: $x }) { __typename }',
  'mutation register(input: { email: "new@example.com", password: $x, displayName: "New" }) { __typename }',
  'mutation login(input: { email: $x, password: "sallyport-demo" }) { __typename }',
  `mutation login(input: { ${known}, password: $x }) { __typename }`,
  `mutation login(input: { ${known}, password: "sallyport-demo", device: $x }) { __typename }`,
  `mutation login(input: { ${known}, password: "sallyport-demo", deviceToken: $x }) { __typename }`,
  `mutation login(input: { ${known}, password: "sallyport-demo", scopes: [$x] }) { __typename }`,
  'mutation refresh(refreshToken: $x) { expiresIn }',
  'mutation logout(refreshToken: $x)',
  'mutation verifyEmail(token: $x, password: $x)',
  'mutation resetPassword(token: $x, newPassword: $x)',
  'mutation requestPasswordReset(email: $x)',
  'mutation requestEmailChange(newEmail: $x, password: $x, code: $x)',
  'mutation revertEmailChange(token: $x)',
  'mutation inviteUser(input: { email: $x, roles: [] })',
  'mutation acceptInvitation(input: { token: $x, password: $x, displayName: $x }) { __typename }',
  'mutation changePassword(currentPassword: $x, newPassword: $x) { expiresIn }',
  'mutation createApiKey(input: { name: $x, scopes: ["articles:read"] }) { secret }',
  'mutation createApiKey(input: { name: "Key", scopes: [$x] }) { secret }',
  'mutation createApiKey(input: { name: "Key", scopes: ["articles:read"], networks: [$x] }) { secret }',
  'mutation beginEmailLogin(email: $x) { expiresIn }',
  'mutation finishEmailLogin(input: { handle: $x, code: $x }) { __typename }',
  'mutation finishEmailLogin(input: { handle: $handle, code: $x }) { __typename }',
  'mutation finishEmailLogin(input: { handle: $handle, token: $x, device: $x, deviceToken: $x }) { __typename }',
  'mutation completeMfa(input: { challenge: $challenge, code: $x }) { expiresIn }',
  'mutation completeMfa(input: { challenge: $challenge, recoveryCode: $x }) { expiresIn }',
  'mutation completeMfa(input: { challenge: $x, passkey: $x }) { expiresIn }',
  'mutation reauthenticate(input: { code: $x }) { expiresIn }',
  'mutation reauthenticate(input: { recoveryCode: $x }) { expiresIn }',
  'mutation reauthenticate(input: { passkey: { id: $x, rawId: $x } }) { expiresIn }',
  'mutation reauthenticate(input: { password: $x }) { expiresIn }',
  'mutation confirmTotpEnrolment(code: $x) { codes }',
  'mutation finishPasskeyRegistration(response: { id: $x, rawId: $x, type: $x, response: { clientDataJSON: $x, attestationObject: $x } }, name: $x) { id }',
  'mutation finishPasskeyLogin(response: { id: $x, rawId: $x, type: $x, response: { clientDataJSON: $x, userHandle: $x } }) { expiresIn }',
  'mutation renamePasskey(id: $x, name: $x) { id }',
  'mutation removePasskey(id: $x)',
  'mutation revokeTrustedDevice(id: $x)',
  'mutation resetUserFactors(userId: $x) { id }',
  'mutation beginExternalLogin(provider: $x, returnTo: $x) { state }',
  'mutation completeExternalLogin(code: $x, state: $x, iss: $x, handle: $x) { __typename }',
  'mutation unlinkExternalIdentity(id: $x)',
  `mutation disableUser(userId: ${nobody}, reason: $x) { id }`,
  'mutation disableUser(userId: $x) { id }',
  'mutation revokeSession(id: $x) { id }',
  'mutation createArticle(input: { title: $x, body: "b" }) { id }',
  'mutation createArticle(input: { title: "t", body: $x }) { id }',
  `mutation addComment(articleId: ${nobody}, body: $x) { id }`,
];

/** The last three would say that this test asks for what is not there, or asks as nobody. */
const defects: readonly string[] = [
  'INTERNAL_SERVER_ERROR',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'UNAUTHENTICATED',
];
let asked = 0;

/** Those of an account with a second factor; all others are asked by an administrator without one. */
const isOfFactors = (field: string): boolean => /reauthenticate|confirmTotpEnrolment/.test(field);

test.each(fields)('a text with a NUL, or an endless one, is no defect of ours: %s', async (field) => {
  const [kind, selection] = field.startsWith('mutation ') ? ['mutation', field.slice(9)] : ['query', field];
  for (const text of ['\u0000', 'a long text \u0000 with a NUL', 'x'.repeat(30_000)]) {
    // Anew for each: some of them end the session by which they are asked.
    const caller = isOfFactors(field) ? await enrolledAccount(server) : await server.signIn('admin');
    const challenge = field.includes('$challenge') ? await challengeOf(server, await enrolledAccount(server)) : '';
    const handle = field.includes('$handle') ? await beginEmailLogin(server, 'editor@demo.sallyport.test') : '';
    // A literal goes wherever a text, an id or an e-mail is taken.
    const document = `${kind} { ${selection
      .replaceAll('$x', () => JSON.stringify(text))
      .replaceAll('$challenge', `"${challenge}"`)
      .replaceAll('$handle', `"${handle}"`)} }`;
    asked += 1;
    const from = { 'x-forwarded-for': `198.51.${asked >> 8}.${asked & 255}` };
    const { errors = [] } = (await caller.ask(document, {}, from)).body;
    const told = errors.filter(({ message }) => !message.includes('Expected an e-mail address'));
    const codes = told.map(({ extensions }) => extensions.code);
    expect(codes.filter((code) => defects.includes(code))).toEqual([]);
  }
});
