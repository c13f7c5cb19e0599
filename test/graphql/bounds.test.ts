import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FormattedExecutionResult } from 'graphql';
import { once } from 'node:events';
import { Comment } from '../../src/comments/comment.entity.ts';
import type { Answer } from '../support/client.ts';
import { cpuMs } from '../support/cpu.ts';
import { untilWaiting } from '../support/locks.ts';
import { describeOnPostgres } from '../support/on-postgres.ts';
import { publishArticle } from '../support/publish-article.ts';
import { startServer, type SignedIn, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { bearer, disposeListeners, listenAt, speakAt, type Listener } from '../support/websocket.ts';

let server: TestServer;
let viewer: SignedIn;
beforeAll(async () => {
  server = await startServer({ ANSWER_MAX_BYTES: '200000' });
  viewer = await server.signIn('viewer');
});
afterAll(async () => {
  await disposeListeners();
  await server.stop();
});

const messagesOf = ({ body }: Answer): string[] => (body.errors ?? []).map(({ message }) => message);
const codeOf = ({ body }: Answer): unknown => body.errors?.[0]?.extensions.code;

/** What the same work costs in two sizes, one four times the other, as a ratio; work that is cheap in both is 1. */
async function growth(work: (size: number) => Promise<unknown>, size: number): Promise<number> {
  await work(size);
  const [small, large] = [await cpuMs(() => work(size)), await cpuMs(() => work(4 * size))];
  return large < 30 ? 1 : large / Math.max(1, small);
}

describe('What a client wrote', () => {
  test('is repeated in an error up to two hundred characters', async () => {
    const long = 'x'.repeat(50_000);
    for (const document of [
      `{ articles(first: "${long}") { totalCount } }`,
      `{ ${long} }`,
      `{ node(id: "1") @${long} }`,
    ]) {
      const [message = ''] = messagesOf(await server.ask(document));
      expect(message.length).toBeGreaterThan(20);
      expect(message.length).toBeLessThanOrEqual(201);
    }
    const { body } = await server.ask('query ($first: Int) { articles(first: $first) { totalCount } }', {
      first: long,
    });
    expect(JSON.stringify(body).length).toBeLessThan(1_000);
  });

  test('is searched for suggestions once, however often it looks like one', async () => {
    const ask = (size: number): Promise<Answer> =>
      server.ask(`{ articles(first: "${' Did you mean'.repeat(size)}") { totalCount } }`);
    expect(codeOf(await ask(10))).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await growth(ask, 4_000)).toBeLessThan(8);
  });

  test('is nested too deeply to be parsed, and told so', async () => {
    for (const literal of ['['.repeat(3_000), '{a:'.repeat(1_200), `${'[['.repeat(60)}1${']]'.repeat(60)}`]) {
      const answer = await server.ask(`{ articles(first: ${literal}) { totalCount } }`);
      expect([answer.status, codeOf(answer)]).toEqual([400, 'OPERATION_TOO_COMPLEX']);
      expect(messagesOf(answer)).toEqual(['The document is nested too deeply: at most 100 levels.']);
    }
    expect(codeOf(await server.ask(`{ node(id: "${'['.repeat(200)}") { id } }`))).toBe('BAD_USER_INPUT');
    expect(codeOf(await server.ask(`{ articles { totalCount } } ${'#{'.repeat(200)}`))).toBeUndefined();
  });
});

describe('Errors of one answer', () => {
  const denied = '{ articles(first: 100) { nodes { author { email emailVerified roles scopes status } } } }';

  beforeAll(async () => {
    const editor = await server.signIn('editor');
    const make = 'mutation ($input: CreateArticleInput!) { createArticle(input: $input) { id } }';
    const publish = 'mutation ($id: ID!) { publishArticle(id: $id) { id } }';
    for (let count = 0; count < 40; count += 1) {
      const { createArticle } = await editor.get<{ createArticle: { id: string } }>(make, {
        input: { title: `Article ${count}`, body: 'b\n'.repeat(2_000) },
      });
      await editor.get(publish, createArticle);
    }
  });

  test('are a hundred, and then one that says how many there are besides', async () => {
    const { body } = await viewer.ask(denied);
    const errors = body.errors ?? [];
    expect(errors).toHaveLength(101);
    const hidden = Number(errors[100]?.extensions['hidden']);
    expect(hidden).toBeGreaterThan(50);
    expect(errors[100]?.message).toBe(`${hidden} more errors are not shown.`);
    expect(errors.slice(0, 100).map(({ extensions }) => extensions.code)).toEqual(Array(100).fill('FORBIDDEN'));
  });

  test('of a subscription are as few for each event, and count for its size', async () => {
    const editor = await server.signIn('editor');
    const id = await publishArticle(editor, 'With comments');
    const comment = 'mutation ($id: ID!) { addComment(articleId: $id, body: "No.") { id } }';
    for (let count = 0; count < 30; count += 1) await editor.get(comment, { id });
    const told = (name: string): Promise<Listener> => {
      const comments = 'comments(first: 30) { nodes { author { email emailVerified roles scopes status } } }';
      return listenAt(server.url, `subscription { articlePublished { ${name}: ${comments} } }`, bearer(viewer));
    };
    const [few, large] = [await told('few'), await told('n'.repeat(20_000))];
    for (const change of ['unpublishArticle', 'publishArticle'])
      await editor.get(`mutation ($id: ID!) { ${change}(id: $id) { id } }`, { id });

    const [event] = (await few.heard(1)) as FormattedExecutionResult[];
    expect(event?.data).toMatchObject({ articlePublished: { few: { nodes: { length: 30 } } } });
    expect(event?.errors).toHaveLength(101);
    expect(event?.errors?.[100]).toEqual({
      message: '50 more errors are not shown.',
      extensions: { code: 'OPERATION_TOO_COMPLEX', hidden: 50 },
    });
    expect(await large.heard(1)).toMatchObject([
      { data: null, errors: [{ message: 'The answer is larger than 200000 bytes. Ask for fewer fields or rows.' }] },
    ]);
  });

  test('say where they stand, in lines that are counted once', async () => {
    const { body } = await viewer.ask(`# one\r\n# two\n{\r  node(id: "x") { id }\n me { id ... on User { email } } }`);
    expect(body.errors?.[0]).toMatchObject({ locations: [{ line: 4, column: 3 }], path: ['node'] });
    const parsed = await viewer.ask('{\n\n  me { ');
    expect(parsed.body.errors?.[0]).toMatchObject({ locations: [{ line: 3, column: 8 }] });
    const invalid = await viewer.ask('\n{\n me { nothing } }');
    expect(invalid.body.errors?.[0]).toMatchObject({ locations: [{ line: 3, column: 7 }] });
    const bothGrow = (size: number): Promise<Answer> =>
      viewer.ask(`${'\n'.repeat(size)}${denied.replace('100', String(size / 2_000))}`);
    expect(await growth(bothGrow, 20_000)).toBeLessThan(8);
  });
});

describe('An answer', () => {
  const bodies = (first: number): string => `{ articles(first: ${first}) { nodes { title body } } }`;

  test('that would be larger than its budget is refused, and one within it is not', async () => {
    const small = await viewer.ask(bodies(30));
    expect(small.body.errors).toBeUndefined();
    expect(JSON.stringify(small.body).length).toBeGreaterThan(150_000);
    const large = await viewer.ask(bodies(40));
    expect(large.status).toBe(200);
    expect(large.body).toEqual({
      data: null,
      errors: [
        {
          message: 'The answer is larger than 200000 bytes. Ask for fewer fields or rows.',
          extensions: { code: 'OPERATION_TOO_COMPLEX' },
        },
      ],
    });
  });

  test('counts the names that a client gives to its fields, and the errors with their paths', async () => {
    const name = 'n'.repeat(20_000);
    expect(codeOf(await viewer.ask(`{ articles(first: 20) { nodes { ${name}: title } } }`))).toBe(
      'OPERATION_TOO_COMPLEX',
    );
    const answer = await viewer.ask(`{ articles(first: 20) { nodes { author { ${name}: email } } } }`);
    expect([answer.body.errors?.length, codeOf(answer)]).toEqual([1, 'OPERATION_TOO_COMPLEX']);
  });
});

describe('An operation', () => {
  test('costs more for each text that may be long, for a count and for a search', async () => {
    const bodies = 'abcdef'.split('').map((name) => `${name}: body`);
    const pages = (count: number): string =>
      `{ articles(first: 100) { nodes { ${bodies.slice(0, count).join(' ')} } } }`;
    expect(messagesOf(await viewer.ask(pages(4)))).toEqual([expect.stringMatching(/^The answer is larger/)]);
    expect(messagesOf(await viewer.ask(pages(6)))).toEqual([
      'The operation is too complex: cost 12002, at most 10000.',
    ]);
    const costly = async (field: string): Promise<string[]> => messagesOf(await viewer.ask(field));
    expect(
      await costly('{ articles(first: 100) { nodes { comments(first: 100) { totalCount nodes { id } } } } }'),
    ).toEqual(['The operation is too complex: cost 11202, at most 10000.']);
    expect(
      await costly('{ search(query: "one", first: 100) { ... on Article { comments(first: 98) { nodes { id } } } } }'),
    ).toEqual(['The operation is too complex: cost 10100, at most 10000.']);
  });

  test('of a subscription has no larger results than an answer may be', async () => {
    const editor = await server.signIn('editor');
    const fields = 'id a: body b: body c: body';
    const listener = await listenAt(server.url, `subscription { articlePublished { ${fields} } }`, {
      connectionParams: { authorization: `Bearer ${editor.accessToken}` },
    });
    for (const length of [60_000, 70_000]) {
      const make = 'mutation ($input: CreateArticleInput!) { createArticle(input: $input) { id } }';
      const input = { title: 'Long', body: 'b'.repeat(length) };
      const { createArticle } = await editor.get<{ createArticle: { id: string } }>(make, { input });
      await editor.get('mutation ($id: ID!) { publishArticle(id: $id) { id } }', createArticle);
    }
    const [small, large] = await listener.heard(2);
    expect(small).toMatchObject({ data: { articlePublished: { c: 'b'.repeat(60_000) } } });
    expect(large).toMatchObject({ data: null, errors: [{ extensions: { code: 'OPERATION_TOO_COMPLEX' } }] });
  });

  test('of a subscription goes no further once the texts of an event are too many', async () => {
    // Those who still listen would read comments as well.
    await disposeListeners();
    const editor = await server.signIn('editor');
    const bodies = ['a', 'b', 'c', 'd'].map((name) => `${name}: body`).join(' ');
    const listener = await listenAt(
      server.url,
      `subscription { articlePublished { ${bodies} comments(first: 1) { nodes { id } } } }`,
      bearer(editor),
    );
    const publish = async (length: number): Promise<void> => {
      const make = 'mutation ($input: CreateArticleInput!) { createArticle(input: $input) { id } }';
      const input = { title: 'Long', body: 'b'.repeat(length) };
      const { createArticle } = await editor.get<{ createArticle: { id: string } }>(make, { input });
      await editor.get('mutation ($id: ID!) { publishArticle(id: $id) { id } }', createArticle);
    };
    const readsOfComments = (): number => server.statements.filter((sql) => sql.includes('from "comments"')).length;
    const before = readsOfComments();
    await publish(60_000);
    expect(await listener.heard(1)).toMatchObject([
      { data: null, errors: [{ extensions: { code: 'OPERATION_TOO_COMPLEX' } }] },
    ]);
    expect(readsOfComments()).toBe(before);
    await publish(10);
    expect((await listener.heard(2))[1]).toMatchObject({ data: { articlePublished: { comments: { nodes: [] } } } });
    expect(readsOfComments()).toBeGreaterThan(before);
  });

  test('looks for no text that repeats itself: each place of a long text would cost all of it', async () => {
    const admin = await server.signIn('admin');
    const refusals = async (text: string): Promise<unknown[]> => {
      const asked = [
        'query ($text: String!) { search(query: $text) { __typename } }',
        'query ($text: String!) { articles(filter: { titleContains: $text }) { totalCount } }',
        'query ($text: String!) { users(search: $text) { totalCount } }',
      ].map((document) => admin.ask(document, { text }));
      return (await Promise.all(asked)).map(({ body }) => body.errors?.[0]?.extensions['problem']);
    };
    const fine = [undefined, undefined, undefined];
    for (const text of ['hahahahahaha', 'y'.repeat(30), 'A sally port is a door.'.repeat(4), 'ab'.repeat(10)]) {
      expect(await refusals(text)).toEqual(fine);
    }
    for (const text of [`${'yY'.repeat(99)}z`, 'ab'.repeat(90), `${'y'.repeat(90)}z${'y'.repeat(90)}`]) {
      expect(await refusals(text)).toEqual(['repetitive', 'repetitive', 'repetitive']);
    }
  });
});

/** Elsewhere nothing can hold a statement up while a test looks. */
describeOnPostgres('An operation that takes longer than OPERATION_TIMEOUT', () => {
  test('is ended and answered', async () => {
    const impatient = await startServer({ OPERATION_TIMEOUT: '1' });
    try {
      await impatient.database.fork().transactional(async (tx) => {
        await tx.execute('lock table articles in access exclusive mode');
        const answer = await impatient.ask('{ articles { nodes { id } } }');
        expect([answer.status, codeOf(answer), messagesOf(answer)]).toEqual([
          503,
          'SERVICE_UNAVAILABLE',
          ['The operation took longer than 1 seconds and was ended.'],
        ]);
        expect(answer.headers.get('retry-after')).toBe('5');
      });
    } finally {
      await impatient.stop();
    }
  });

  test('is ended for one event of a subscription, and the next one is told', async () => {
    const impatient = await startServer({ OPERATION_TIMEOUT: '1' });
    try {
      const [editor, reader] = [await impatient.signIn('editor'), await impatient.signIn('viewer')];
      const document = 'subscription { articlePublished { id comments(first: 1) { nodes { id } } } }';
      const listener = await listenAt(impatient.url, document, bearer(reader));
      await impatient.database.fork().transactional(async (tx) => {
        await tx.execute('lock table comments in access exclusive mode');
        await publishArticle(editor, 'Waited for in vain');
        expect(await listener.heard(1)).toMatchObject([
          { data: null, errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] },
        ]);
      });
      const id = await publishArticle(editor, 'Told');
      expect((await listener.heard(2))[1]).toEqual({ data: { articlePublished: { id, comments: { nodes: [] } } } });
    } finally {
      await impatient.stop();
    }
  });

  test('is not thought of for an event that is withheld: nothing is told of it, however long nothing else happens', async () => {
    const impatient = await startServer({ OPERATION_TIMEOUT: '1' });
    try {
      const [editor, reader] = [await impatient.signIn('editor'), await impatient.signIn('viewer')];
      const listener = await listenAt(impatient.url, 'subscription { articlePublished { id } }', bearer(reader));
      const { createArticle } = await editor.get<{ createArticle: { id: string } }>(
        'mutation { createArticle(input: { title: "A draft", body: "Text." }) { id } }',
      );
      const looks = (): number => impatient.statements.filter((sql) => sql.includes('from "articles"')).length;
      const before = looks();
      await tellOf(impatient, createArticle.id);
      await until(() => looks() > before);
      await impatient.database.fork().transactional(async (tx) => {
        await tx.execute('lock table articles in access exclusive mode');
        // Takes as long as an event may, and begins after it.
        expect((await impatient.ask('{ articles { nodes { id } } }')).status).toBe(503);
      });
      const id = await publishArticle(editor, 'Told');
      expect(await listener.heard(1)).toEqual([{ data: { articlePublished: { id } } }]);
    } finally {
      await impatient.stop();
    }
  });

  test('is ended for an event whose row cannot be read, which is told once, and the next one is told', async () => {
    const impatient = await startServer({ OPERATION_TIMEOUT: '1' });
    try {
      const [editor, reader] = [await impatient.signIn('editor'), await impatient.signIn('viewer')];
      const listener = await listenAt(impatient.url, 'subscription { articlePublished { id } }', bearer(reader));
      const published = await publishArticle(editor, 'Read in time');
      expect(await listener.heard(1)).toEqual([{ data: { articlePublished: { id: published } } }]);
      await impatient.database.fork().transactional(async (tx) => {
        await tx.execute('lock table articles in access exclusive mode');
        await tellOf(impatient, published);
        expect((await listener.heard(2))[1]).toMatchObject({
          data: null,
          errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }],
        });
      });
      const id = await publishArticle(editor, 'Told');
      expect((await listener.heard(3)).slice(2)).toEqual([{ data: { articlePublished: { id } } }]);
    } finally {
      await impatient.stop();
    }
  });
});

/** Tells a server of an article that was published, as another node would. */
const tellOf = ({ database }: TestServer, id: string): Promise<unknown> =>
  database
    .fork()
    .execute('select pg_notify(?, ?)', ['sallyport_events', JSON.stringify({ kind: 'article-published', id })]);

/** Elsewhere nothing can hold a statement up while a test looks. */
describeOnPostgres('An event of a subscription whose client has left', () => {
  test.each<[string, (listener: Listener) => Promise<unknown>]>([
    ['completed it', ({ complete }) => complete()],
    ['closed the connection', async ({ terminate, closed }) => (terminate(), closed)],
  ])('begins nothing any more, once the client has %s', async (_, leave) => {
    const { id } = (await server.database.fork().findOneOrFail(Comment, { article: { status: 'PUBLISHED' } })).article;
    const document =
      'subscription { articlePublished { comments(first: 1) { nodes { author { articles(first: 1) { nodes { id } } } } } } }';
    const lists = (): number => server.statements.filter((sql) => /from "articles".*"author_id"/s.test(sql)).length;
    const listener = await listenAt(server.url, document, bearer(viewer));
    await tellOf(server, id);
    await listener.heard(1);
    const before = lists();
    expect(before).toBeGreaterThan(0);
    await server.database.fork().transactional(async (tx) => {
      await tx.execute('lock table comments in access exclusive mode');
      await tellOf(server, id);
      await untilWaiting(server.database, 1);
      await leave(listener);
      // What comes later is answered after the server knows.
      await server.get('{ __typename }');
    });
    await server.get('{ articles(first: 1) { nodes { comments(first: 1) { nodes { id } } } } }');
    expect(lists()).toBe(before);
    expect(listener.events.filter((event) => Object.hasOwn(event as object, 'data'))).toHaveLength(1);
  });
});

/** Elsewhere nothing can hold a statement up while a test looks. */
describeOnPostgres('A query whose client has left', () => {
  test('begins nothing any more', async () => {
    const client = new AbortController();
    const query = '{ articles(first: 1) { nodes { comments(first: 1) { nodes { id } } } } }';
    const send = (signal: AbortSignal | null): Promise<Response> => {
      const headers = { 'content-type': 'application/json' };
      return fetch(`${server.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }), signal });
    };
    const readsOfComments = (): number => server.statements.filter((sql) => sql.includes('from "comments"')).length;
    const before = readsOfComments();
    await server.database.fork().transactional(async (tx) => {
      await tx.execute('lock table articles in access exclusive mode');
      const asked = send(client.signal);
      await untilWaiting(server.database, 1);
      client.abort();
      await expect(asked).rejects.toThrow();
      // What comes later is answered after the server knows.
      await server.get('{ __typename }');
    });
    await server.get('{ articles(first: 1) { nodes { id } } }');
    expect(readsOfComments()).toBe(before);
    expect((await send(null)).status).toBe(200);
    expect(readsOfComments()).toBe(before + 1);
  });
});

/** Elsewhere nothing can hold a statement up while a test looks. */
describeOnPostgres('What waits for its turn is not sent any more', () => {
  /** The number of counted lists that run at once on a node. */
  const atOnce = 4;
  const counts = Array.from({ length: 19 }, (_, index) => `a${index}: articles(first: 1) { totalCount }`).join(' ');
  let impatient: TestServer;
  beforeAll(async () => void (impatient = await startServer({ OPERATION_TIMEOUT: '2' })));
  afterAll(() => impatient.stop());

  const leave = async (on: TestServer): Promise<void> => {
    const client = new AbortController();
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ query: `{ ${counts} }` });
    const asked = fetch(`${on.url}/graphql`, { method: 'POST', headers, body, signal: client.signal });
    await untilWaiting(on.database, atOnce);
    client.abort();
    await expect(asked).rejects.toThrow();
    // What comes later is answered after the server knows.
    await on.get('{ __typename }');
  };

  test.each<[string, (on: TestServer) => Promise<unknown>]>([
    ['its client has left', leave],
    ['the operation took too long', (on) => on.ask(`{ ${counts} }`)],
    [
      'the operation has failed',
      (on) => on.ask(`{ ${counts} bad: articles(filter: { authorId: "nobody" }) { totalCount } }`),
    ],
  ])('once %s', async (_, abandon) => {
    const sent = (): number => impatient.statements.filter((sql) => /count\(\*\).*from "articles"/s.test(sql)).length;
    const before = sent();
    await impatient.database.fork().transactional(async (tx) => {
      await tx.execute('lock table articles in access exclusive mode');
      await abandon(impatient);
      await untilWaiting(impatient.database, atOnce);
    });
    const later = await impatient.ask('{ articles(first: 1) { totalCount } }');
    expect(later.body.errors).toBeUndefined();
    expect(sent() - before).toBe(atOnce + 1);
  });
});

describe('A message of a WebSocket', () => {
  test('that comes in more pieces than a client has reason to send ends the connection', async () => {
    const { socket } = await speakAt(server.url);
    for (let count = 0; count < 40; count += 1) socket.send('', { fin: false });
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1008);
  });
});
