import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { publishArticle } from '../support/publish-article.ts';
import { rawRequest, sendRaw, type RawAnswer } from '../support/raw.ts';
import { startRedis } from '../support/redis.ts';
import { redisUrl, signedIn, signInDocument, startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import {
  bearer,
  disposeListeners,
  listenAt,
  speakAt,
  untilHeardBy,
  type Listener,
  type ListenOptions,
  type Message,
  type Speaker,
} from '../support/websocket.ts';

let server: TestServer;
beforeAll(async () => void (server = await startServer({ CORS_ORIGINS: 'https://app.example.com' })));
afterAll(() => server.stop());

const published = 'subscription { articlePublished { id title author { displayName } } }';
const ended = 'subscription { sessionEnded { id endedAt } }';

afterEach(disposeListeners);

const listen = (
  query: string,
  { on = server, ...options }: ListenOptions & { on?: TestServer } = {},
): Promise<Listener> => listenAt(on.url, query, options);

/** A connection of somebody who is signed in, on which the test speaks the protocol itself. */
async function speakAs(name: string): Promise<Speaker> {
  const { accessToken } = await server.signIn(name);
  const speaker = await speakAt(server.url);
  speaker.say({ type: 'connection_init', payload: { authorization: `Bearer ${accessToken}` } });
  await speaker.until('connection_ack', 1);
  return speaker;
}

const subscribe = (id: string) => ({ type: 'subscribe', id, payload: { query: published } });

/** How many sessions were looked at since the statements were last thrown away. */
const sessionsChecked = (): number =>
  server.statements
    .filter((sql) => sql.includes('from sessions s join users u'))
    .reduce((sum, sql) => sum + (/where s\.id = any\(array\[([^\]]*)\]/.exec(sql)?.[1]?.split(',').length ?? 0), 0);

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

const onPostgres = process.env['TEST_DATABASE_URL'] === undefined ? test.skip : test;

describe('A published article', () => {
  test('is told to those who may read articles, with what they may see of it', async () => {
    const [viewer, editor] = [await server.signIn('viewer'), await server.signIn('editor')];
    const listener = await listen(published, bearer(viewer));
    const id = await publishArticle(editor, 'News');
    expect(await listener.heard(1)).toEqual([
      { data: { articlePublished: { id, title: 'News', author: { displayName: 'Edgar Editor' } } } },
    ]);
  });

  test('is told by the credential in the headers of the upgrade as well', async () => {
    const [viewer, editor] = [await server.signIn('viewer'), await server.signIn('editor')];
    const listener = await listen(published, { headers: { authorization: `Bearer ${viewer.accessToken}` } });
    await publishArticle(editor, 'News by header');
    expect(await listener.heard(1)).toHaveLength(1);
  });

  test('is refused to anonymous before anything is listened to', async () => {
    const listener = await listen(published);
    expect(await listener.heard(1)).toMatchObject([{ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] }]);
  });
});

describe('A connection', () => {
  test('ends with its session', async () => {
    const viewer = await server.signIn('viewer');
    const listener = await listen(published, bearer(viewer));
    await viewer.get('mutation { logout }');
    expect(await listener.closed).toMatchObject({ code: 4403 });
  });

  test('ends when its user is disabled, or gets other roles', async () => {
    const admin = await server.signIn('admin');
    const viewer = await server.signIn('viewer');
    const listener = await listen(published, bearer(viewer));
    await admin.get('mutation ($id: ID!) { setUserRoles(userId: $id, roles: [EDITOR]) { id } }', { id: viewer.id });
    expect(await listener.closed).toMatchObject({ code: 4403 });
    const second = await listen(published, bearer(viewer));
    await admin.get('mutation ($id: ID!) { disableUser(userId: $id) { id } }', { id: viewer.id });
    expect(await second.closed).toMatchObject({ code: 4403 });
    await admin.get('mutation ($id: ID!) { enableUser(userId: $id) { id } }', { id: viewer.id });
    await admin.get('mutation ($id: ID!) { setUserRoles(userId: $id, roles: [VIEWER]) { id } }', { id: viewer.id });
  });

  test('whose end was never announced gets nothing more all the same', async () => {
    const [viewer, editor] = [await server.signIn('viewer'), await server.signIn('editor')];
    const listener = await listen(published, bearer(viewer));
    await server.database
      .fork()
      .getConnection()
      .execute('update sessions set ended_at = now() where user_id = ?', [viewer.id]);
    await publishArticle(editor, 'Not for you');
    expect(await listener.closed).toMatchObject({ code: 4403 });
    // The client may have told of the end as well by now.
    expect(listener.events.filter((event) => 'data' in (event as object))).toEqual([]);
  });

  test('ends when its access token expires', async () => {
    const quick = await startServer({ ACCESS_TOKEN_TTL: '2' });
    const listener = await listen(published, { ...bearer(await quick.signIn('viewer')), on: quick });
    expect(await listener.closed).toMatchObject({ code: 4403 });
    await quick.stop();
  });

  test.each([
    ['a bad credential', { connectionParams: { authorization: 'Bearer nonsense' } }, 4403],
    ['a credential nobody knows', { connectionParams: { authorization: 'nonsense' } }, 4403],
    ['a bad credential in the headers', { headers: { authorization: 'Bearer nonsense' } }, 4403],
    ['something that is no text', { connectionParams: { authorization: { id: 'admin' } } }, 4400],
  ])('with %s is closed', async (_, options, code) => {
    expect(await (await listen(published, options)).closed).toMatchObject({ code });
  });

  test('with a credential in both places is closed', async () => {
    const authorization = `Bearer ${(await server.signIn('viewer')).accessToken}`;
    const listener = await listen(published, { headers: { authorization }, connectionParams: { authorization } });
    expect(await listener.closed).toMatchObject({ code: 4400 });
  });

  const init = { type: 'connection_init' };
  test.each<[when: string, messages: readonly Message[], code: number]>([
    ['subscribes before it has introduced itself', [subscribe('early')], 4401],
    ['introduces itself twice', [init, init], 4429],
    ['accepts itself', [init, { type: 'connection_ack' }], 4400],
    ['sends an event, as only servers do', [init, { type: 'next', id: '1', payload: { data: null } }], 4400],
    ['sends errors, as only servers do', [{ type: 'error', id: '1', payload: [{ message: 'x' }] }], 4400],
  ])('that %s is closed, which is no defect of the server', async (_, messages, code) => {
    const logged = server.logged.length;
    const speaker = await speakAt(server.url);
    const closed = once(speaker.socket, 'close');
    speaker.say(...messages);
    expect(await closed).toEqual([code, expect.anything()]);
    expect(server.logged.slice(logged).filter((line) => /"level":[56]0/.test(line))).toEqual([]);
  });

  test.each([
    ['two credentials of one name', '{"type":"connection_init","payload":{"authorization":"","authorization":"x"}}'],
    ['two types', '{"type":"ping","type":"connection_init"}'],
    ['two types, one of them escaped', '{"type":"connection_init","t\\u0079pe":"ping"}'],
    ['too many levels', `{"type":"ping","payload":{"a":${'['.repeat(150)}${']'.repeat(150)}}}`],
    ['a broken escape', '{"\\x":1}'],
  ])('that sends a message with %s is closed', async (_, message) => {
    const { socket } = await speakAt(server.url);
    const closed = once(socket, 'close');
    socket.send(message);
    expect(await closed).toEqual([4400, Buffer.from('Invalid message received')]);
  });

  test('cannot claim an identity by what it sends', async () => {
    const claims = {
      userId: (await server.signIn('admin')).id,
      principal: { kind: 'user', roles: ['ADMIN'], scopes: ['*'] },
      roles: ['ADMIN'],
    };
    expect(await (await listen(published, { connectionParams: claims })).heard(1)).toMatchObject([
      { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ]);
  });

  test('with cookies is opened to allowed origins alone', async () => {
    const login =
      'mutation { login(input: { email: "viewer@demo.sallyport.test", password: "sallyport-demo", delivery: COOKIE }) { __typename } }';
    const answer = await server.ask(login, {}, { origin: 'https://app.example.com' });
    const cookie = answer.headers
      .getSetCookie()
      .map((text) => text.split(';', 1)[0])
      .join('; ');
    const foreign = await listen(published, { headers: { cookie, origin: 'https://evil.example.com' } });
    expect(await foreign.heard(1)).toEqual([{ error: expect.anything() }]);
    const own = await listen(published, { headers: { cookie, origin: 'https://app.example.com' } });
    const { accessToken } = await server.signIn('viewer');
    const twice = await listen(published, {
      headers: { cookie, origin: 'https://app.example.com' },
      connectionParams: { authorization: `Bearer ${accessToken}` },
    });
    expect(await twice.closed).toMatchObject({ code: 4400 });
    await publishArticle(await server.signIn('editor'), 'By cookie');
    expect(await own.heard(1)).toMatchObject([{ data: {} }]);
  });

  test('serves subscriptions alone, and within the limits', async () => {
    const viewer = bearer(await server.signIn('viewer'));
    expect(await (await listen('{ me { id } }', viewer)).heard(1)).toMatchObject([
      { error: [{ extensions: { code: 'BAD_REQUEST' } }] },
    ]);
    expect(await (await listen('subscription { nothing }', viewer)).heard(1)).toMatchObject([
      { error: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
    ]);
    expect(await (await listen('subscription {', viewer)).heard(1)).toMatchObject([
      { error: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }] },
    ]);
    const byDefault = 'subscription ($isAsked: Boolean = true) { articlePublished @include(if: $isAsked) { id } }';
    for (const conditional of [byDefault, 'subscription { articlePublished @skip(if: true) { id } }']) {
      expect(await (await listen(conditional, viewer)).heard(1)).toMatchObject([
        { error: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
      ]);
    }
    const wide = `subscription { articlePublished { ${Array.from({ length: 31 }, (_, index) => `a${index}: id`).join(' ')} } }`;
    expect(await (await listen(wide, viewer)).heard(1)).toMatchObject([
      { error: [{ extensions: { code: 'OPERATION_TOO_COMPLEX' } }] },
    ]);
  });
});

describe('A subscriber that has left', () => {
  /** Somebody who listens by an API key, so that no session is looked at for them. */
  async function listenByKey(): Promise<Listener> {
    const make = 'mutation { createApiKey(input: { name: "witness", scopes: ["articles:read"] }) { secret } }';
    const { createApiKey } = await (await server.signIn('editor')).get<{ createApiKey: { secret: string } }>(make);
    return listen(published, { headers: { 'x-api-key': createApiKey.secret } });
  }

  /** How many sessions are looked at because an article is published. */
  async function checksOfAnEvent(witness: Listener): Promise<number> {
    const [editor, heard] = [await server.signIn('editor'), witness.events.length];
    server.statements.length = 0;
    await publishArticle(editor, 'Who listens?');
    await witness.heard(heard + 1);
    // Sessions are looked at in turn: what was asked before this is over.
    await editor.get('{ me { id } }');
    return sessionsChecked() - 3;
  }

  test('by completing the subscription is told nothing more, and costs nothing more', async () => {
    const [witness, viewer] = [await listenByKey(), await speakAs('viewer')];
    viewer.say(subscribe('news'));
    await viewer.settled();
    expect(await checksOfAnEvent(witness)).toBe(1);
    await viewer.until('next', 1);
    viewer.say({ type: 'complete', id: 'news' });
    await viewer.settled();
    expect(await checksOfAnEvent(witness)).toBe(0);
    await viewer.settled();
    expect(viewer.messages.filter(({ type }) => type === 'next')).toHaveLength(1);
  });

  test('without a word costs nothing more, and is forgotten', async () => {
    const witness = await listenByKey();
    const viewer = await listen(published, bearer(await server.signIn('viewer')));
    server.logged.length = 0;
    viewer.terminate();
    expect(await connectionsLeft(1)).toEqual([1]);
    expect(await checksOfAnEvent(witness)).toBe(0);
  });

  test('while its credential was looked at is forgotten, too', async () => {
    const { accessToken } = await server.signIn('viewer');
    server.logged.length = 0;
    const hasLeft = deferred();
    const reading = holdSessions(hasLeft.promise);
    await reading.isHeld;
    const speaker = await speakAt(server.url);
    speaker.say({ type: 'connection_init', payload: { authorization: `Bearer ${accessToken}` } });
    await speaker.settled();
    speaker.socket.terminate();
    expect(await connectionsLeft(1)).toEqual([0]);
    hasLeft.resolve();
    await reading.isOver;
    expect((await listen(published)).events).toHaveLength(1);
    await disposeListeners();
    expect(await connectionsLeft(2)).toEqual([0, 0]);
  });

  onPostgres('while an event was on its way is not told of it', async () => {
    const [witness, viewer] = [await listenByKey(), await speakAs('viewer')];
    viewer.say(subscribe('news'));
    await viewer.settled();
    const id = await publishArticle(await server.signIn('editor'), 'On its way');
    await viewer.until('next', 1);
    const hasLeft = deferred();
    const reading = holdSessions(hasLeft.promise);
    await reading.isHeld;
    const event = JSON.stringify({ kind: 'article-published', id });
    await server.database.fork().getConnection().execute(`select pg_notify('sallyport_events', ?)`, [event]);
    await witness.heard(2);
    viewer.say({ type: 'complete', id: 'news' });
    await viewer.settled();
    hasLeft.resolve();
    await reading.isOver;
    expect(await checksOfAnEvent(witness)).toBe(0);
    await viewer.settled();
    expect(viewer.messages.filter(({ type }) => type === 'next')).toHaveLength(1);
  });

  /** Keeps everybody from reading sessions until a promise resolves. */
  function holdSessions(end: Promise<void>): { isHeld: Promise<void>; isOver: Promise<void> } {
    const held = deferred();
    const isOver = server.database.fork().transactional(async (em) => {
      await em
        .getConnection()
        .execute('lock table sessions in access exclusive mode', [], 'run', em.getTransactionContext());
      held.resolve();
      await end;
    });
    return { isHeld: held.promise, isOver };
  }

  /** How many connections the server held after each that was closed, once `count` were. */
  async function connectionsLeft(count: number): Promise<number[]> {
    const left = (): number[] =>
      server.logged
        .filter((line) => line.includes('a WebSocket was closed'))
        .map((line) => (JSON.parse(line) as { connections: number }).connections);
    await until(() => left().length >= count);
    return left();
  }
});

describe('A connection with a hundred subscriptions', () => {
  const ids = Array.from({ length: 100 }, (_, index) => String(index));
  const told = { type: 'next', payload: { data: { articlePublished: expect.anything() } } };

  test('has no more, until it completes one', async () => {
    const speaker = await speakAs('viewer');
    speaker.say(...[...ids, 'one too many'].map(subscribe));
    await speaker.settled();
    const tooMany = { message: 'At most 100 subscriptions on a connection.', extensions: { code: 'BAD_REQUEST' } };
    expect(speaker.messages.slice(1, 3)).toEqual([
      { type: 'next', id: 'one too many', payload: { data: null, errors: [tooMany] } },
      { type: 'complete', id: 'one too many' },
    ]);
    speaker.messages.length = 0;
    speaker.say({ type: 'complete', id: '0' }, subscribe('another'));
    await publishArticle(await server.signIn('editor'), 'To a hundred');
    await speaker.until('next', 100);
    await speaker.settled();
    const heard = speaker.messages.filter(({ type }) => type !== 'pong');
    expect(heard.map(({ id }) => id).toSorted()).toEqual([...ids.slice(1), 'another'].toSorted());
    expect(heard).toEqual(heard.map(() => expect.objectContaining(told)));
  });

  test('is the second and last of a user, whose credential is looked at once for each event of a connection', async () => {
    const [one, other, third] = [await speakAs('moderator'), await speakAs('moderator'), await speakAs('moderator')];
    for (const speaker of [one, other]) {
      speaker.say(...ids.map(subscribe));
      await speaker.settled();
    }
    third.say(subscribe('too many'));
    await third.settled();
    const tooMany = { message: 'At most 200 subscriptions of a user.', extensions: { code: 'BAD_REQUEST' } };
    expect(third.messages).toContainEqual({
      type: 'next',
      id: 'too many',
      payload: { data: null, errors: [tooMany] },
    });
    const editor = await server.signIn('editor');
    server.statements.length = 0;
    await publishArticle(editor, 'To two hundred');
    await Promise.all([one.until('next', 100), other.until('next', 100)]);
    const looks = server.statements.filter((sql) => /sessions/.test(sql)).length;
    expect(looks).toBeGreaterThan(0);
    expect(looks).toBeLessThan(10);
    one.socket.terminate();
    await until(async () => {
      third.say(subscribe(`again ${third.messages.length}`));
      await third.settled();
      return third.messages.at(-2)?.type !== 'complete';
    }, 'a slot that was given back');
  });

  test('has no more by completing and beginning the same one over and over', async () => {
    const speaker = await speakAs('viewer');
    for (let count = 0; count < 150; count += 1) speaker.say(subscribe('same'), { type: 'complete', id: 'same' });
    speaker.say(subscribe('same'));
    await speaker.settled();
    await publishArticle(await server.signIn('editor'), 'Once');
    await speaker.until('next', 1);
    await speaker.settled();
    expect(speaker.messages.filter(({ type }) => type !== 'pong').slice(1)).toEqual([
      expect.objectContaining({ ...told, id: 'same' }),
    ]);
  });
});

describe('The end of a session', () => {
  test('that gives way to the hundred-and-first closes its connections, too', async () => {
    const listener = await listen(published, bearer(await server.signIn('moderator')));
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(Array.from({ length: 5 }, () => server.signIn('moderator')));
    }
    expect(await listener.closed).toMatchObject({ code: 4403 });
  });

  test('is told to its user on another device, and to no one else', async () => {
    const [here, there] = [await server.signIn('admin'), await server.signIn('admin')];
    const [listener, stranger] = [
      await listen(ended, bearer(here)),
      await listen(ended, bearer(await server.signIn('editor'))),
    ];
    const { session } = await there.get<{ session: { id: string } }>('{ session { id } }');
    await there.get('mutation { logout }');
    expect(await listener.heard(1)).toEqual([
      { data: { sessionEnded: { id: session.id, endedAt: expect.any(String) } } },
    ]);
    expect(stranger.events).toEqual([]);
  });

  test('is not told to a session of its user that was narrowed', async () => {
    const input = { email: 'admin@demo.sallyport.test', password: 'sallyport-demo', scopes: ['articles:read'] };
    const narrowed = signedIn(server.url, await server.ask(signInDocument, { input }));
    const [listener, witness] = [await listen(ended, bearer(narrowed)), await listen(published, bearer(narrowed))];
    const [here, there] = [await server.signIn('admin'), await server.signIn('admin')];
    const whole = await listen(ended, bearer(here));
    await there.get('mutation { logout }');
    await whole.heard(1);
    await publishArticle(await server.signIn('editor'), 'After an end that is not told');
    await witness.heard(1);
    expect(listener.events).toEqual([]);
  });

  test('costs those nothing who listen to the ends of their own', async () => {
    const stranger = await listen(ended, bearer(await server.signIn('viewer')));
    const witness = await listen(published, bearer(await server.signIn('admin')));
    const [there, editor] = [await server.signIn('moderator'), await server.signIn('editor')];
    server.statements.length = 0;
    await there.get('mutation { logout }');
    await publishArticle(editor, 'After the end');
    await witness.heard(1);
    // Three requests, and the witness.
    expect(sessionsChecked()).toBe(4);
    expect(stranger.events).toEqual([]);
  });
});

const onNodes = process.env['TEST_DATABASE_URL'] === undefined ? describe.skip : describe;

onNodes('Two nodes over one PostgreSQL', () => {
  async function expectToReceiveFromEachOther(
    env: Record<string, string>,
    areListening: () => Promise<void>,
  ): Promise<void> {
    const one = await startServer(env);
    const two = await startServer(env, one.config.database);
    await areListening();
    const viewer = await one.signIn('viewer');
    const listener = await listen(published, { ...bearer(viewer), on: two });
    const id = await publishArticle(await one.signIn('editor'), 'Across nodes');
    expect(await listener.heard(1)).toMatchObject([{ data: { articlePublished: { id } } }]);
    await viewer.get('mutation { logout }');
    expect(await listener.closed).toMatchObject({ code: 4403 });
    await two.stop();
    await one.stop();
  }

  test('receive the events of each other by LISTEN and NOTIFY', () =>
    expectToReceiveFromEachOther({}, async () => undefined));

  (redisUrl === undefined ? test.skip : test)('receive the events of each other by Redis', async () => {
    const redis = await startRedis();
    await expectToReceiveFromEachOther({ REDIS_URL: redis.url }, () => untilHeardBy(redis.url, 2));
    await redis.stop();
  });
});

describe('An upgrade', () => {
  const upgrade = (path: string, protocol: string): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => {
        socket.write(
          `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: ${protocol}\r\ncookie: sallyport-access=x\r\n\r\n`,
        );
        setTimeout(() => socket.resetAndDestroy(), Math.random() * 3);
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
    });

  test('that is refused and reset at the same moment ends nothing but itself', async () => {
    for (let round = 0; round < 40; round += 1) {
      await Promise.all([
        upgrade('/nowhere', 'graphql-transport-ws'),
        upgrade('/graphql', 'other'),
        upgrade('/graphql', 'graphql-transport-ws'),
      ]);
    }
    expect(await server.get('{ __typename }')).toEqual({ __typename: 'Query' });
  });

  test('to another protocol is no upgrade: the request is answered as it is', async () => {
    const body = '{"query":"{ __typename }"}';
    const lines = [
      'POST /graphql HTTP/1.1',
      'host: x',
      'connection: Upgrade, close',
      'upgrade: h2c',
      'content-type: application/json',
      `content-length: ${body.length}`,
    ];
    expect((await sendRaw(server.url, rawRequest(lines, body))).status).toBe(200);
  });

  const offer = (path: string, ...others: string[]): string =>
    rawRequest([
      `GET ${path} HTTP/1.1`,
      'host: x',
      'connection: Upgrade',
      'upgrade: websocket',
      'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
      ...others,
    ]);
  const [ours, version] = ['sec-websocket-protocol: graphql-transport-ws', 'sec-websocket-version: 13'];

  test.each([
    ['at another path', 404, 'NOT_FOUND', offer('/nowhere', ours, version)],
    ['to another subprotocol', 400, 'BAD_REQUEST', offer('/graphql', 'sec-websocket-protocol: other', version)],
    ['of another version', 400, 'BAD_REQUEST', offer('/graphql', ours, 'sec-websocket-version: 7')],
    ['with cookies from elsewhere', 403, 'FORBIDDEN', offer('/graphql', ours, version, 'cookie: sallyport-access=x')],
  ])('%s is refused in JSON', async (_, status, code, request) => {
    expectRefusal(await sendRaw(server.url, request), status, code);
  });

  test('that is granted has an id, too', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const [{ headers }] = (await once(socket, 'upgrade')) as [IncomingMessage];
    expect(headers).toMatchObject({ 'x-request-id': expect.any(String), 'x-content-type-options': 'nosniff' });
    socket.terminate();
  });

  test('behind a request that is not answered yet ends the connection, unanswered', async () => {
    const body = '{"query":"{ articles { totalCount } }"}';
    const asked = [
      'POST /graphql HTTP/1.1',
      'host: x',
      'content-type: application/json',
      `content-length: ${body.length}`,
    ];
    const answer = await sendRaw(server.url, rawRequest(asked, body) + offer('/nowhere', ours, version)).catch(
      () => null,
    );
    expect(answer?.body ?? '').toBe('');
    expect(await server.get('{ __typename }')).toEqual({ __typename: 'Query' });
  });

  function expectRefusal({ status, headers, body }: RawAnswer, expected: number, code: string): void {
    expect([status, headers.get('x-content-type-options')]).toEqual([expected, 'nosniff']);
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(body)).toEqual({
      errors: [{ message: expect.any(String), extensions: expect.objectContaining({ code }) }],
    });
  }

  test('whose client sends without reading is dropped', async () => {
    const socket = await open();
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.pause();
    // What is refused is answered with the id that it came with.
    for (let count = 0; count < 800 && socket.readyState === WebSocket.OPEN; count += 1) {
      const message = JSON.stringify({
        type: 'subscribe',
        id: `${count}${'x'.repeat(60_000)}`,
        payload: { query: '{' },
      });
      await new Promise<void>((resolve) => socket.send(message, () => resolve()));
    }
    socket.resume();
    expect(await closed).toBe(1006);
  });

  test.each([
    ['messages', (socket: WebSocket) => socket.send('{"type":"ping","payload":{"filler":"x"}}')],
    ['frames', (socket: WebSocket) => socket.ping()],
  ])('whose client pings without end, by %s, is closed', async (_, ping) => {
    const socket = await open();
    let pongs = 0;
    // Without the payload: nobody has us send back what they sent.
    socket.on('message', (data: Buffer) => {
      pongs += 1;
      expect(data.toString()).toBe('{"type":"pong"}');
    });
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    for (let count = 0; count < 20; count += 1) ping(socket);
    await new Promise((resolve) => socket.once('pong', resolve).ping());
    expect(await closed).toBe(4429);
    expect(pongs).toBeLessThanOrEqual(20);
  });

  test('that breaks the protocol is closed, and noted in our log, not on the console', async () => {
    const console = jest.spyOn(globalThis.console, 'error');
    const socket = await open();
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.send('x'.repeat(65 * 1024));
    expect(await closed).toBe(1009);
    expect(server.logged.filter((line) => line.includes('a WebSocket was broken off by its client'))).toHaveLength(1);
    expect(console).not.toHaveBeenCalled();
    console.mockRestore();
  });

  test('is refused to an IP address that has two hundred connections, until one of them ends', async () => {
    const crowded = await startServer({ TRUSTED_PROXIES: '127.0.0.1' });
    let last = 0;
    /** Each from another IP address of one network. */
    const forwarded = (): string => `2001:db8:1:1::${(last += 1)}`;
    const url = `${crowded.url.replace('http', 'ws')}/graphql`;
    const connectOne = (from = forwarded()): WebSocket =>
      new WebSocket(url, 'graphql-transport-ws', { headers: { 'x-forwarded-for': from } }).on('error', () => undefined);
    const outcome = (socket: WebSocket): Promise<number> =>
      new Promise((resolve) => {
        socket.once('open', () => resolve(101));
        socket.once('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
      });
    const sockets = Array.from({ length: 200 }, () => connectOne());
    expect(new Set(await Promise.all(sockets.map(outcome)))).toEqual(new Set([101]));
    const tooMany = await sendRaw(crowded.url, offer('/graphql', ours, version, `x-forwarded-for: ${forwarded()}`));
    expect(await outcome(connectOne('2001:db8:2:1::1'))).toBe(101);
    expectRefusal(tooMany, 429, 'RATE_LIMITED');
    expect(Number(tooMany.headers.get('retry-after'))).toBeGreaterThan(0);
    sockets[0]?.terminate();
    await until(async () => (await outcome(connectOne())) === 101);
    // Nobody answers that the server closes: it does not wait for long.
    for (const socket of sockets) socket.pause();
    const stopped = crowded.stop();
    let late = tooMany;
    await until(async () => {
      late = await sendRaw(crowded.url, offer('/graphql', ours, version));
      return late.status !== 429;
    });
    expectRefusal(late, 503, 'SERVICE_UNAVAILABLE');
    await stopped;
    for (const socket of sockets) socket.terminate();
  });

  async function open(): Promise<WebSocket> {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send('{"type":"connection_init"}');
    await new Promise((resolve) => socket.once('message', resolve));
    return socket;
  }
});
