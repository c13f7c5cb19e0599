import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  can,
  changePassword,
  createClient,
  reauthenticate,
  signalPasskeys,
  type Client,
  type SallyportError,
  type SessionState,
} from '../../client/index.ts';
import { CreateArticleDocument, ListArticlesDocument } from '../../examples/client/generated/graphql.ts';
import { enrolledAccount, manyClients } from '../support/authenticator.ts';
import { createTestStorage, type TestStorage } from '../support/client-storage.ts';
import { isRefresh, openGateway, type Gateway } from '../support/gateway.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

let server: TestServer;
let gateway: Gateway;
let storage: TestStorage;
let client: Client;
let problems: SallyportError[];

const editor = { email: 'editor@demo.sallyport.test', password: 'sallyport-demo' };
const draft = { title: 'By a client', body: 'Typed.' };
const list = { first: 10, after: null };
const me = '{ me { email } }';
const key = () => `sallyport-http-localhost-${new URL(gateway.url).port}-graphql`;

beforeAll(async () => {
  [server, gateway] = await Promise.all([startServer(manyClients), openGateway()]);
  gateway.lead(server.url);
});
afterAll(async () => {
  await gateway.close();
  await server.stop();
});
beforeEach(async () => {
  storage = createTestStorage();
  problems = [];
  client = open();
  await client.signIn(editor);
  gateway.seen.length = 0;
});
afterEach(() => gateway.decide(() => 'pass'));

const open = (): Client =>
  createClient({ url: `${gateway.url}/graphql`, storage, onError: (problem) => void problems.push(problem) });
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: SallyportError) => error.code,
  );
const statusOf = (of: Client): string => of.session.get().status;
/** Begins an answer, says so once somebody reads it, and never ends unless it is aborted. */
const halfAnAnswer = (signal: AbortSignal | null | undefined, onRead: () => void): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start: (answer) => {
      answer.enqueue(new TextEncoder().encode('{"data":'));
      signal?.addEventListener('abort', () => answer.error(signal.reason));
    },
    pull: () => onRead(),
  });
/** Sees what tokens are kept, and keeps them with changes. */
const change = (record: object): void =>
  void storage.texts.set(
    key(),
    JSON.stringify({ ...(JSON.parse(storage.texts.get(key()) ?? '') as object), ...record }),
  );

describe('A client that is signed in', () => {
  test('sends typed operations, as text and as a tree', async () => {
    const { createArticle } = await client.query(CreateArticleDocument, draft);
    expect(createArticle).toMatchObject({ title: 'By a client', status: 'DRAFT' });
    expect((await client.query(ListArticlesDocument, list)).articles.nodes[0]?.title).toBe('By a client');
  });

  test('knows who it is, and tells those who listen of every change', async () => {
    const heard: SessionState[] = [];
    const stop = client.session.subscribe((state) => heard.push(state));
    expect(client.session.get()).toMatchObject({
      status: 'signed-in',
      user: { displayName: 'Edgar Editor', roles: ['EDITOR'] },
      scopes: expect.arrayContaining(['articles:write']),
    });
    await client.signOut();
    stop();
    await client.signIn(editor);
    expect(heard).toEqual([{ status: 'signed-out', ended: false }]);
  });

  test('is signed in again after a restart, without a request', async () => {
    const restarted = open();
    expect(await restarted.session.load()).toEqual(client.session.get());
    expect(gateway.seen).toEqual([]);
    expect(await restarted.query(me)).toEqual({ me: { email: editor.email } });
  });

  test('renews once for all the operations that find the token expired', async () => {
    server.wait(1_000);
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.query(ListArticlesDocument, list)));
    expect(answers).toHaveLength(8);
    expect(gateway.refreshes()).toBe(1);
  });

  test('renews ahead of the expiry, so that nothing is refused', async () => {
    change({ renewAt: Date.now() - 1 });
    client = open();
    await Promise.all([client.query(me), client.query(me)]);
    expect(gateway.seen.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(gateway.refreshes()).toBe(1);
  });

  test('sends a mutation once more that was refused before anything ran, and it runs once', async () => {
    server.wait(1_000);
    const title = `Once ${Date.now()}`;
    await client.query(CreateArticleDocument, { ...draft, title });
    const { articles } = await client.query(ListArticlesDocument, list);
    expect(articles.nodes.filter((article) => article.title === title)).toHaveLength(1);
  });

  test('never repeats a mutation whose answer was lost', async () => {
    gateway.decide(() => 'lose the answer');
    expect(await codeOf(client.query(CreateArticleDocument, draft))).toBe('NETWORK_FAILED');
    expect(gateway.seen).toHaveLength(1);
  });

  test('tells no password manager of passkeys where there is none', async () => {
    expect(await signalPasskeys(client)).toBeUndefined();
    expect(gateway.seen).toHaveLength(1);
  });

  test('keeps its credential to the server', async () => {
    const { host } = new URL(gateway.url);
    const foreign = [
      'https://elsewhere.example.com/',
      `http://${host}@elsewhere.example.com/`,
      `http://${host}.example.com/`,
      `https://${host}/graphql`,
      '//elsewhere.example.com',
    ];
    const codes = await Promise.all(foreign.map((url) => codeOf(client.fetch(url))));
    expect(codes).toEqual(foreign.map(() => 'FOREIGN_URL'));
    expect(gateway.seen).toEqual([]);
    const answer = await client.fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: me }),
    });
    expect(await answer.json()).toEqual({ data: { me: { email: editor.email } } });
  });

  test('changes its password and goes on with the new session', async () => {
    const input = { email: `p${Date.now()}@example.com`, password: 'a long first password', displayName: 'Pia' };
    const registered = await client.register(input);
    expect(registered).toMatchObject({ status: 'signed-in', user: { displayName: 'Pia' } });
    await changePassword(client, { currentPassword: input.password, newPassword: 'a long second password' });
    expect(await client.query(me)).toEqual({ me: { email: input.email } });
  });

  test('needs the second factor of an account that has one, and proves it again later', async () => {
    const account = await enrolledAccount(server);
    const { email, password } = account;
    const asked = await client.signIn({ email, password });
    if (asked.status !== 'mfa-required') throw new Error('No second factor was asked for.');
    expect(asked.methods).toEqual(['TOTP', 'RECOVERY_CODE']);
    expect(client.session.get()).toMatchObject({ user: { displayName: 'Edgar Editor' } });
    await client.completeMfa({ challenge: asked.challenge, code: account.nextCode(), trustDevice: true });
    expect(await client.query(me)).toEqual({ me: { email } });

    server.wait(1_000);
    expect(await codeOf(client.query('mutation { regenerateRecoveryCodes { codes } }'))).toBe('MFA_REQUIRED');
    await reauthenticate(client, { code: account.nextCode() });
    await client.query('mutation { regenerateRecoveryCodes { codes } }');
    await client.credential.renew();
    expect(await client.query(me)).toEqual({ me: { email } });

    await client.signOut();
    expect((await client.signIn({ email, password })).status).toBe('signed-in');
  });

  test('stops waiting for what its caller aborts, before the answer and within it, and stays signed in', async () => {
    const reason = new Error('No longer wanted.');
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    gateway.decide(() => ({ until: held }));
    const beforeAnswer = new AbortController();
    const asked = client.query<unknown, Record<string, never>>(me, {}, { signal: beforeAnswer.signal });
    await until(() => gateway.seen.length > 0);
    beforeAnswer.abort(reason);
    await expect(asked).rejects.toBe(reason);
    release();

    const within = new AbortController();
    const slow = createClient({
      url: `${gateway.url}/graphql`,
      storage,
      fetch: (_, init) => Promise.resolve(new Response(halfAnAnswer(init?.signal, () => within.abort(reason)))),
    });
    await expect(slow.query(me, {}, { signal: within.signal })).rejects.toBe(reason);
    slow.close();
    expect([statusOf(client), problems]).toEqual(['signed-in', []]);
  });

  test('stops a sign-in that its caller aborts, before the answer and within it, and signs nobody in', async () => {
    const reason = new Error('No longer wanted.');
    const aborted = AbortSignal.abort(reason);
    const within = new AbortController();
    const nobody = createTestStorage();
    const slow = createClient({
      url: `${gateway.url}/graphql`,
      storage: nobody,
      fetch: (_, init) => Promise.resolve(new Response(halfAnAnswer(init?.signal, () => within.abort(reason)))),
    });
    await expect(slow.signIn(editor, { signal: aborted })).rejects.toBe(reason);
    await expect(slow.signIn(editor, { signal: within.signal })).rejects.toBe(reason);
    expect([statusOf(slow), nobody.texts.size]).toEqual(['signed-out', 0]);
    slow.close();

    await expect(reauthenticate(client, { password: editor.password }, { signal: aborted })).rejects.toBe(reason);
    await reauthenticate(client, { password: editor.password });
    expect(statusOf(client)).toBe('signed-in');
  });

  test('tells a refusal by the code of the server', async () => {
    expect(await codeOf(client.signIn({ ...editor, password: 'wrong' }))).toBe('INVALID_CREDENTIALS');
    expect(await codeOf(client.query('{ users { totalCount } }'))).toBe('FORBIDDEN');
    expect(await codeOf(client.query('{ nothing }'))).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(statusOf(client)).toBe('signed-in');
  });
});

describe('A client that signs out', () => {
  test('is out at once, keeps nothing, and has ended its session', async () => {
    const authorization = (await client.credential.fresh()) ?? '';
    const leaving = client.signOut();
    expect(statusOf(client)).toBe('signed-out');
    await leaving;
    expect([...storage.texts.keys()]).toEqual([`${key()}-device`]);
    expect((await server.ask(me, {}, { authorization })).status).toBe(401);
    expect(await client.query('{ articles { totalCount } }')).toEqual({ articles: { totalCount: expect.any(Number) } });
  });

  test('is out without a network too, and says that the server was not told', async () => {
    gateway.decide(() => 'refuse the connection');
    expect(await codeOf(client.signOut())).toBe('NETWORK_FAILED');
    expect(statusOf(open())).toBe('unknown');
    expect((await open().session.load()).status).toBe('signed-out');
  });

  test('ends the sessions of all devices if it is asked to', async () => {
    const other = createClient({ url: `${gateway.url}/graphql` });
    await other.signIn(editor);
    await client.signOut({ everywhere: true });
    expect(await codeOf(other.query(me))).toBe('INVALID_GRANT');
    expect(other.session.get()).toEqual({ status: 'signed-out', ended: true });
  });

  test('is not signed in again by a refresh that was under way', async () => {
    let answer = (): void => undefined;
    gateway.decide((body) =>
      isRefresh(body) ? { until: new Promise<void>((resolve) => (answer = resolve)) } : 'pass',
    );
    const renewing = client.credential.renew();
    await until(() => gateway.refreshes() === 1);
    const leaving = client.signOut();
    answer();
    await Promise.all([renewing, leaving]);
    expect(statusOf(client)).toBe('signed-out');
    expect(storage.texts.has(key())).toBe(false);
  });
});

describe('A session that the server has ended', () => {
  test('signs out at once', async () => {
    const elsewhere = await server.signIn('editor');
    await elsewhere.get('mutation { logoutEverywhere }');
    expect(await codeOf(client.query(me))).toBe('INVALID_GRANT');
    expect(client.session.get()).toEqual({ status: 'signed-out', ended: true });
    expect(storage.texts.has(key())).toBe(false);
  });

  test('does not take along a session that was begun meanwhile in the same storage', async () => {
    const old = open();
    await old.session.load();
    await client.signOut();
    await client.signIn(editor);
    gateway.seen.length = 0;
    expect(await old.query(me)).toEqual({ me: { email: editor.email } });
    expect(statusOf(old)).toBe('signed-in');
    expect(gateway.refreshes()).toBe(0);
  });
});

describe('A refresh that is answered INVALID_GRANT', () => {
  test('ends nothing if another session has taken the place of its own meanwhile', async () => {
    const old = open();
    await old.session.load();
    let pass = (): void => undefined;
    const passed = new Promise<void>((resolve) => (pass = resolve));
    gateway.decide((body) => (isRefresh(body) ? { until: passed } : 'pass'));
    const renewing = old.credential.renew();
    await until(() => gateway.refreshes() === 1);
    await client.signOut();
    await client.signIn(editor);
    pass();
    await renewing;
    expect(await old.query(me)).toEqual({ me: { email: editor.email } });
    expect([statusOf(old), statusOf(client)]).toEqual(['signed-in', 'signed-in']);
  });
});

describe('A user is not signed out by', () => {
  afterEach(async () => {
    gateway.decide(() => 'pass');
    storage.failing.clear();
    expect(statusOf(client)).toBe('signed-in');
    expect(await client.query(me)).toEqual({ me: { email: editor.email } });
  });

  test.each([
    ['refuse the connection', 'NETWORK_FAILED'],
    ['lose the answer', 'NETWORK_FAILED'],
    ['halve the answer', 'BAD_ANSWER'],
    ['answer HTML', 'BAD_ANSWER'],
    ['answer 503', 'SERVICE_UNAVAILABLE'],
  ] as const)('a server or a network that should %s', async (fate, code) => {
    gateway.decide(() => fate);
    expect(await codeOf(client.query(me))).toBe(code);
    server.wait(1_000);
    expect(await codeOf(client.query(me))).toBe(code);
    expect(await codeOf(client.credential.renew())).toBe(code);
  });

  test('a refresh ahead of the expiry that fails: the token counts for a while yet', async () => {
    change({ renewAt: Date.now() - 1 });
    client = open();
    gateway.decide((body) => (isRefresh(body) ? 'answer 503' : 'pass'));
    expect(await client.query(me)).toEqual({ me: { email: editor.email } });
    expect(problems.map(({ code }) => code)).toEqual(['SERVICE_UNAVAILABLE']);
  });

  test('a refresh whose answer was lost: it is asked for again, and answered alike', async () => {
    let tries = 0;
    gateway.decide((body) => (isRefresh(body) && (tries += 1) === 1 ? 'lose the answer' : 'pass'));
    server.wait(1_000);
    expect(await client.query(me)).toEqual({ me: { email: editor.email } });
    expect(gateway.refreshes()).toBe(2);
  });

  test.each([
    ['an hour behind', 3_600],
    ['an hour ahead', -3_600],
  ])('a clock that is %s', async (_, seconds) => {
    server.wait(seconds);
    const late = createClient({ url: `${gateway.url}/graphql` });
    await late.signIn(editor);
    gateway.seen.length = 0;
    expect(await late.query(me)).toEqual({ me: { email: editor.email } });
    expect(gateway.seen).toHaveLength(1);
    server.wait(-seconds);
  });

  test('a storage that cannot be written', async () => {
    storage.failing.add('setItem');
    await client.credential.renew();
    expect(problems.map(({ code }) => code)).toContain('STORAGE_FAILED');
    server.wait(60);
    await client.credential.renew();
    expect(await client.query(me)).toEqual({ me: { email: editor.email } });
    storage.failing.clear();
    server.wait(60);
    await client.credential.renew();
    expect(await open().query(me)).toEqual({ me: { email: editor.email } });
  });

  test('a storage that cannot be read', async () => {
    storage.failing.add('getItem');
    expect(await codeOf(client.credential.renew())).toBe('STORAGE_FAILED');
    expect(await codeOf(open().query(me))).toBe('STORAGE_FAILED');
    expect(gateway.seen).toEqual([]);
  });

  test('another version of the client that keeps the session its own way', async () => {
    const text = storage.texts.get(key()) ?? '';
    change({ version: 2 });
    expect(await codeOf(client.credential.renew())).toBe('CLIENT_OUTDATED');
    expect(await codeOf(open().query(me))).toBe('CLIENT_OUTDATED');
    expect(storage.texts.get(key())).toContain('"version":2');
    storage.texts.set(key(), text);
  });

  test('a listener that throws', async () => {
    client.session.subscribe(() => undefined);
    await client.credential.renew();
  });
});

describe('A client asks whether the server would allow', () => {
  test('an action on an object, by viewerCan: known already, or asked for at once for many', async () => {
    const { createArticle } = await client.query(CreateArticleDocument, draft);
    const subject = { __typename: 'Article', id: createArticle.id };
    gateway.seen.length = 0;
    const actions = ['update', 'publish', 'delete', 'comment'];
    expect(await Promise.all(actions.map((action) => can(client, { subject, action })))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(gateway.seen).toHaveLength(1);
    expect(await can(client, { subject: { ...subject, viewerCan: { update: false } }, action: 'update' })).toBe(false);
    expect(gateway.seen).toHaveLength(1);
    await client.signIn({ ...editor, email: 'viewer@demo.sallyport.test' });
    expect(await can(client, { subject, action: 'update' })).toBe(false);
  });

  test('an operation, by a simulation of it that runs nothing', async () => {
    expect(await codeOf(can(client, { operation: CreateArticleDocument, variables: draft }))).toBe('FORBIDDEN');
    await client.signIn({ ...editor, email: 'admin@demo.sallyport.test' });
    const before = await client.query('{ articles { totalCount } }');
    expect(await can(client, { operation: CreateArticleDocument, variables: draft })).toBe(true);
    expect(await client.query('{ articles { totalCount } }')).toEqual(before);
    await client.signIn({ ...editor, email: 'admin@demo.sallyport.test', scopes: ['access:simulate'] });
    expect(await can(client, { operation: CreateArticleDocument, variables: draft })).toBe(false);
  });

  test('nothing that is not a name', async () => {
    const subject = { __typename: 'Article', id: '1' };
    await expect(can(client, { subject, action: 'update} }' })).rejects.toThrow(TypeError);
  });
});
