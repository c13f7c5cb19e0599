import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { graphql } from 'graphql';
import type { Client } from './support/client.ts';
import { contextOf } from './support/contexts.ts';
import { untilWaiting } from './support/locks.ts';
import { testOnPostgres } from './support/on-postgres.ts';
import { startServer, type SignedIn, type TestServer } from './support/server.ts';

let server: TestServer;
let viewer: SignedIn;
let editor: SignedIn;
let moderator: SignedIn;
let admin: SignedIn;
beforeAll(async () => {
  server = await startServer();
  [viewer, editor, moderator, admin] = await Promise.all([
    server.signIn('viewer'),
    server.signIn('editor'),
    server.signIn('moderator'),
    server.signIn('admin'),
  ]);
});
afterAll(() => server.stop());

const create =
  'mutation ($title: String!, $body: String!) { createArticle(input: { title: $title, body: $body }) { id version status } }';
const update =
  'mutation ($id: ID!, $input: UpdateArticleInput!) { updateArticle(id: $id, input: $input) { id title version author { id } } }';
const publish = 'mutation ($id: ID!) { publishArticle(id: $id) { status publishedAt version } }';
const unpublish = 'mutation ($id: ID!) { unpublishArticle(id: $id) { status publishedAt } }';
const remove = 'mutation ($id: ID!) { deleteArticle(id: $id) }';
const byId = 'query ($id: ID!) { article(id: $id) { title } }';

async function draft(title = 'A draft', author: SignedIn = editor): Promise<string> {
  const { createArticle } = await author.get<{ createArticle: { id: string } }>(create, { title, body: 'Text.' });
  return createArticle.id;
}

async function published(title = 'An article'): Promise<string> {
  const id = await draft(title);
  await editor.get(publish, { id });
  return id;
}

/** A draft written by an admin: its editor may read it by role, but does not own it. */
const foreignDraft = (): Promise<string> => draft('Somebody else’s', admin);

/** A cursor behind the oldest article. */
const behindAll = Buffer.from('00000000000070008000000000000000', 'hex').toString('base64url');

describe('A draft', () => {
  test('does not exist for those who may not read it, by whatever path they come', async () => {
    const title = 'Unheard of';
    const id = await draft(title);
    for (const stranger of [server, viewer, moderator]) {
      expect(await stranger.get(byId, { id })).toEqual({ article: null });
      expect(await stranger.get('query ($id: ID!) { node(id: $id) { __typename id } }', { id })).toEqual({
        node: null,
      });
      expect(await stranger.get('{ search(query: "Unheard of") { __typename } }')).toEqual({ search: [] });
      expect(
        await stranger.get(
          '{ articles(filter: { titleContains: "Unheard" }) { totalCount nodes { id } edges { cursor } } }',
        ),
      ).toEqual({
        articles: { totalCount: 0, nodes: [], edges: [] },
      });
      expect(await stranger.get('{ articles(filter: { status: DRAFT }) { totalCount nodes { id } } }')).toEqual({
        articles: { totalCount: 0, nodes: [] },
      });
      const { node } = await stranger.get<{ node: { articles: { nodes: Array<{ id: string }> } } }>(
        'query ($id: ID!) { node(id: $id) { ... on User { articles(first: 100) { nodes { id } } } } }',
        { id: editor.id },
      );
      expect(node.articles.nodes.map((article) => article.id)).not.toContain(id);
    }
  });

  test('is in no count of its author’s articles for those who may not read it', async () => {
    const counts = async (by: Client): Promise<number[]> => {
      const lists = 'all: articles { totalCount } edged: articles(first: 1) { totalCount edges { cursor } }';
      const document = `query ($id: ID!) { node(id: $id) { ... on User { ${lists} behind: articles(after: "${behindAll}") { totalCount nodes { id } } } } }`;
      const { node } = await by.get<{ node: Record<string, { totalCount: number }> }>(document, { id: editor.id });
      return Object.values(node).map(({ totalCount }) => totalCount);
    };
    const [before] = await counts(viewer);
    await draft('Not counted');
    expect(await counts(viewer)).toEqual([before, before, before]);
    expect((await counts(editor))[0]).toBeGreaterThan(before ?? 0);
  });

  testOnPostgres('is deleted by a caller who may when its row is free, whatever was true when they asked', async () => {
    const id = await draft('Changes hands');
    const { deleting } = await server.database.fork().transactional(async (tx) => {
      await tx.execute('select 1 from articles where id = ? for update', [id]);
      const begun = editor.ask(remove, { id });
      await untilWaiting(server.database, 1);
      await tx.execute('update articles set author_id = ? where id = ?', [admin.id, id]);
      return { deleting: begun };
    });
    expect((await deleting).body.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(await admin.get(remove, { id })).toEqual({ deleteArticle: id });
  });

  test('hides its comments, too', async () => {
    const id = await published('Soon hidden');
    const { addComment } = await viewer.get<{ addComment: { id: string } }>(
      'mutation ($id: ID!) { addComment(articleId: $id, body: "Hidden remark") { id } }',
      { id },
    );
    await editor.get(unpublish, { id });
    expect(
      await server.get('query ($id: ID!) { node(id: $id) { id ... on Comment { article { title } } } }', addComment),
    ).toEqual({ node: null });
    expect(await viewer.get('{ search(query: "Hidden remark") { __typename } }')).toEqual({ search: [] });
    expect(await viewer.refusal('mutation ($id: ID!) { updateComment(id: $id, body: "x") { id } }', addComment)).toBe(
      'NOT_FOUND',
    );
  });

  test('is read by its author, an editor and an admin', async () => {
    const id = await foreignDraft();
    expect(await editor.get(byId, { id })).toEqual({ article: { title: 'Somebody else’s' } });
    expect(await admin.get(byId, { id })).toEqual({ article: { title: 'Somebody else’s' } });
  });

  test('is seen by everyone once it is published, and by no reader once it is withdrawn', async () => {
    const id = await draft('In and out');
    expect(await editor.get(publish, { id })).toMatchObject({
      publishArticle: { status: 'PUBLISHED', publishedAt: expect.any(String) },
    });
    expect(await server.get(byId, { id })).toEqual({ article: { title: 'In and out' } });
    expect(await editor.get(unpublish, { id })).toEqual({ unpublishArticle: { status: 'DRAFT', publishedAt: null } });
    expect(await server.get(byId, { id })).toEqual({ article: null });
  });
});

describe('Writing an article', () => {
  test('takes the right to write', async () => {
    const input = { title: 'Mine', body: 'Text.' };
    expect(await server.refusal(create, input)).toBe('UNAUTHENTICATED');
    expect(await viewer.refusal(create, input)).toBe('FORBIDDEN');
    expect(await moderator.refusal(create, input)).toBe('FORBIDDEN');
    expect(await editor.get(create, input)).toMatchObject({ createArticle: { version: 1, status: 'DRAFT' } });
  });

  test.each([
    ['an empty title', { title: ' ', body: 'Text.' }, 'input.title', 'empty'],
    ['an overlong title', { title: 'x'.repeat(201), body: 'Text.' }, 'input.title', 'too_long'],
    ['an empty body', { title: 'Title', body: '' }, 'input.body', 'empty'],
    ['an overlong body', { title: 'Title', body: 'x'.repeat(100_001) }, 'input.body', 'too_long'],
    ['a NUL', { title: 'Ti\u0000tle', body: 'Text.' }, 'input.title', 'invalid_characters'],
    ['half a character', { title: 'Title \ud800', body: 'Text.' }, 'input.title', 'invalid_characters'],
  ])('with %s is refused, naming the field, and leaves nothing behind', async (_, input, field, problem) => {
    const count = '{ articles { totalCount } }';
    const before = await admin.get(count);
    const { body } = await editor.ask(create, input);
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field, problem });
    expect(await admin.get(count)).toEqual(before);
  });

  test('counts characters as people do', async () => {
    expect(await editor.get(create, { title: '🏰'.repeat(200), body: 'Text.' })).toMatchObject({
      createArticle: { version: 1 },
    });
  });

  test('of another author is refused to an editor, and allowed to an admin', async () => {
    const theirs = await foreignDraft();
    expect(await editor.refusal(update, { id: theirs, input: { title: 'Taken' } })).toBe('FORBIDDEN');
    expect(await editor.refusal(publish, { id: theirs })).toBe('FORBIDDEN');
    const mine = await draft();
    expect(await admin.get(update, { id: mine, input: { title: 'Edited' } })).toMatchObject({
      updateArticle: { title: 'Edited', version: 2 },
    });
  });

  test('that one may not read is indistinguishable from writing one that is not there', async () => {
    const id = await draft();
    const missing = '01900000-0000-7000-8000-000000000000';
    const answers = await Promise.all(
      [id, missing].map((target) =>
        viewer.ask('mutation ($id: ID!) { addComment(articleId: $id, body: "x") { id } }', { id: target }),
      ),
    );
    expect(answers.map(({ body }) => body.errors?.[0]?.extensions.code)).toEqual(['NOT_FOUND', 'NOT_FOUND']);
    expect(answers[0]?.body.errors?.[0]?.message).toBe(answers[1]?.body.errors?.[0]?.message);
  });

  test('does not give it away: ownership moves by an admin alone', async () => {
    const id = await draft();
    const input = { authorId: viewer.id };
    expect(await editor.refusal(update, { id, input })).toBe('FORBIDDEN');
    expect(await editor.refusal(update, { id, input: { authorId: null } })).toBe('FORBIDDEN');
    expect(await admin.get(update, { id, input })).toMatchObject({ updateArticle: { author: { id: viewer.id } } });
    expect((await admin.ask(update, { id, input: { authorId: id } })).body.errors?.[0]?.extensions).toMatchObject({
      field: 'input.authorId',
    });
  });

  test('changes what is given, and keeps what is left out or null', async () => {
    const id = await draft('Kept');
    const whole = 'query ($id: ID!) { article(id: $id) { title body status version } }';
    await editor.get(update, { id, input: { title: null, body: ' Rewritten. ' } });
    const rewritten = { title: 'Kept', body: 'Rewritten.', status: 'DRAFT', version: 2 };
    expect(await editor.get(whole, { id })).toEqual({ article: rewritten });
    await editor.get(update, { id, input: { title: 'Renamed', body: null, expectedVersion: null } });
    expect(await editor.get(whole, { id })).toEqual({ article: { ...rewritten, title: 'Renamed', version: 3 } });
    await admin.get(update, { id, input: { authorId: null } });
    expect(await editor.get(whole, { id })).toMatchObject({ article: { title: 'Renamed', body: 'Rewritten.' } });
  });

  test('over another user’s change is a conflict', async () => {
    const id = await draft();
    await editor.get(update, { id, input: { title: 'Second', expectedVersion: 1 } });
    expect(await editor.refusal(update, { id, input: { title: 'Lost', expectedVersion: 1 } })).toBe('CONFLICT');
    expect(await editor.get(byId, { id })).toEqual({ article: { title: 'Second' } });
  });

  test('by two at the same moment lets one of them win, and tells the other', async () => {
    const id = await draft();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        editor.ask(update, { id, input: { title: `Title ${index}`, expectedVersion: 1 } }),
      ),
    );
    const codes = answers.map(({ body }) => body.errors?.[0]?.extensions.code ?? 'written').toSorted();
    expect(codes).toEqual([...Array.from({ length: 7 }, () => 'CONFLICT'), 'written']);
  });

  test('that is refused leaves nothing for the next field of the operation to write', async () => {
    const id = await draft('Untouched');
    const other = await draft('Other');
    const both =
      'mutation ($id: ID!, $other: ID!) { a: updateArticle(id: $id, input: { title: "Changed", body: "" }) { id } b: updateArticle(id: $other, input: { title: "Written" }) { title } }';
    const { body } = await editor.ask(both, { id, other });
    expect(body.errors?.map(({ path }) => path?.[0])).toEqual(['a']);
    expect(await editor.get(byId, { id })).toEqual({ article: { title: 'Untouched' } });
  });
});

describe('Deleting an article', () => {
  test('is its author’s while it is a draft, and an admin’s after', async () => {
    expect(await editor.get(remove, { id: await draft() })).toEqual({ deleteArticle: expect.any(String) });
    const id = await published();
    expect(await editor.refusal(remove, { id })).toBe('FORBIDDEN');
    expect(await viewer.refusal(remove, { id })).toBe('FORBIDDEN');
    expect(await server.refusal(remove, { id })).toBe('UNAUTHENTICATED');
    expect(await admin.get(remove, { id })).toEqual({ deleteArticle: id });
    expect(await admin.refusal(remove, { id })).toBe('NOT_FOUND');
  });

  test('is no other editor’s, draft or not', async () => {
    const roles = 'mutation ($id: ID!, $roles: [Role!]!) { setUserRoles(userId: $id, roles: $roles) { id } }';
    const other = await server.signIn('moderator');
    await admin.get(roles, { id: other.id, roles: ['EDITOR', 'MODERATOR'] });
    expect(await other.refusal(remove, { id: await draft() })).toBe('FORBIDDEN');
    expect(await other.refusal(remove, { id: await published() })).toBe('FORBIDDEN');
    await admin.get(roles, { id: other.id, roles: ['MODERATOR'] });
  });

  test('takes its comments along', async () => {
    const id = await published();
    const { addComment } = await viewer.get<{ addComment: { id: string } }>(
      'mutation ($id: ID!) { addComment(articleId: $id, body: "Gone soon") { id } }',
      { id },
    );
    await admin.get(remove, { id });
    expect(await viewer.get('query ($id: ID!) { node(id: $id) { id } }', addComment)).toEqual({ node: null });
  });
});

describe('A list of articles', () => {
  const page =
    'query ($first: Int, $after: String) { articles(first: $first, after: $after, filter: { titleContains: "Paged" }) { totalCount nodes { title } edges { cursor node { title } } pageInfo { hasNextPage endCursor } } }';
  interface Page {
    readonly articles: {
      readonly nodes: Array<{ title: string }>;
      readonly edges: Array<{ cursor: string }>;
      readonly pageInfo: { hasNextPage: boolean; endCursor: string };
    };
  }

  test('is read page by page, newest first, stable while others write', async () => {
    for (const number of [1, 2, 3, 4, 5]) await published(`Paged ${number}`);
    const first = await server.get<Page>(page, { first: 2 });
    await published('Paged 6');
    const second = await server.get<Page>(page, { first: 2, after: first.articles.pageInfo.endCursor });
    const third = await server.get<Page>(page, { first: 2, after: second.articles.edges.at(-1)?.cursor });
    expect([first, second, third].map(({ articles }) => articles.nodes.map(({ title }) => title))).toEqual([
      ['Paged 5', 'Paged 4'],
      ['Paged 3', 'Paged 2'],
      ['Paged 1'],
    ]);
    expect([first, third].map(({ articles }) => articles.pageInfo.hasNextPage)).toEqual([true, false]);
  });

  test('is read backwards from its end, each page in the order of the list', async () => {
    for (const number of [1, 2, 3, 4, 5]) await published(`Backwards ${number}`);
    interface Back {
      readonly articles: { readonly edges: Array<{ node: { title: string } }>; readonly pageInfo: object };
    }
    const back =
      'query ($last: Int, $before: String, $after: String) { articles(last: $last, before: $before, after: $after, filter: { titleContains: "Backwards" }) { edges { cursor node { title } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }';
    const read = async (variables: object): Promise<[string[], Record<string, unknown>]> => {
      const { articles } = await server.get<Back>(back, variables);
      return [articles.edges.map(({ node }) => node.title.replace('Backwards ', '')), { ...articles.pageInfo }];
    };
    const [end, endInfo] = await read({ last: 2 });
    const [middle, middleInfo] = await read({ last: 2, before: endInfo['startCursor'] });
    const [start, startInfo] = await read({ last: 2, before: middleInfo['startCursor'] });
    expect([end, middle, start]).toEqual([['2', '1'], ['4', '3'], ['5']]);
    expect(endInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect(middleInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    expect(startInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const [between] = await read({ last: 5, after: startInfo['startCursor'], before: endInfo['startCursor'] });
    expect(between).toEqual(['4', '3']);
  });

  test.each([
    [{ first: 0 }, 'first', 'out_of_range'],
    [{ first: 101 }, 'first', 'out_of_range'],
    [{ last: 0 }, 'last', 'out_of_range'],
    [{ last: 101 }, 'last', 'out_of_range'],
    [{ first: 1, last: 1 }, 'last', 'conflicting'],
    [{ first: 1, after: 'x' }, 'after', 'invalid_cursor'],
    [{ last: 1, before: 'x' }, 'before', 'invalid_cursor'],
  ])('tells which argument of a page is wrong (%j)', async (variables, field, problem) => {
    const { body } = await server.ask(
      'query ($first: Int, $last: Int, $after: String, $before: String) { articles(first: $first, last: $last, after: $after, before: $before) { totalCount } }',
      variables,
    );
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field, problem });
  });

  test('holds twenty if no number is given', async () => {
    for (let count = 0; count < 21; count += 1) await published(`One of twenty ${count}`);
    const { articles } = await server.get<{ articles: { nodes: object[] } }>(
      '{ articles(filter: { titleContains: "One of twenty" }) { nodes { id } } }',
    );
    expect(articles.nodes).toHaveLength(20);
  });

  test('takes what is searched for literally', async () => {
    await published('100% sure_thing');
    const titles = async (titleContains: string): Promise<unknown> =>
      (
        await server.get<{ articles: { totalCount: number } }>(
          'query ($t: String) { articles(filter: { titleContains: $t }) { totalCount } }',
          { t: titleContains },
        )
      ).articles.totalCount;
    expect([await titles('100%'), await titles('sure_'), await titles('%sure'), await titles('sure?thing')]).toEqual([
      1, 1, 0, 0,
    ]);
    expect([await titles('100__sure'), await titles('10_% sure'), await titles('sure\\')]).toEqual([0, 0, 0]);
  });

  test('holds those of an author and a status alone, if they are given', async () => {
    const [byAdmin, byEditor] = [await draft('Filtered', admin), await draft('Filtered')];
    await admin.get(publish, { id: byAdmin });
    const filtered = async (filter: object): Promise<string[]> => {
      const { articles } = await editor.get<{ articles: { nodes: Array<{ id: string }> } }>(
        'query ($filter: ArticleFilter) { articles(filter: $filter) { nodes { id } } }',
        { filter: { titleContains: 'filtered', ...filter } },
      );
      return articles.nodes.map(({ id }) => id);
    };
    expect(await filtered({})).toEqual([byEditor, byAdmin]);
    expect(await filtered({ status: null, authorId: null })).toEqual([byEditor, byAdmin]);
    expect(await filtered({ authorId: admin.id.toUpperCase() })).toEqual([byAdmin]);
    expect(await filtered({ authorId: editor.id })).toEqual([byEditor]);
    expect(await filtered({ authorId: viewer.id })).toEqual([]);
    expect(await filtered({ status: 'PUBLISHED' })).toEqual([byAdmin]);
    expect(await filtered({ status: 'PUBLISHED', authorId: editor.id })).toEqual([]);
    const { body } = await editor.ask('{ articles(filter: { authorId: "nobody" }) { nodes { id } } }');
    expect(body.errors?.[0]?.extensions).toEqual({
      code: 'BAD_USER_INPUT',
      field: 'filter.authorId',
      problem: 'invalid_id',
    });
  });

  test('counts only if it is asked to', async () => {
    server.statements.length = 0;
    await server.get('{ articles { nodes { id } } }');
    expect(server.statements.filter((sql) => sql.includes('count('))).toEqual([]);
  });

  test('of a hundred with authors, comments, counts and permissions sends as many statements as one of ten', async () => {
    for (let count = 0; count < 30; count += 1) {
      const id = await published(`Many ${count}`);
      await viewer.get('mutation ($id: ID!) { addComment(articleId: $id, body: "One of many") { id } }', { id });
    }
    const statementsFor = async (first: number): Promise<number> => {
      server.statements.length = 0;
      await editor.get(
        'query ($first: Int) { articles(first: $first) { nodes { author { displayName } comments(first: 1) { totalCount nodes { author { displayName } } } viewerCan { update publish delete comment } } } }',
        { first },
      );
      return server.statements.length;
    };
    const few = await statementsFor(10);
    // Fewer, where an author of the longer list has commented on it, too.
    expect(await statementsFor(100)).toBeLessThanOrEqual(few);
  });
});

describe('What the viewer can do', () => {
  test('is what would be decided if it were tried', async () => {
    const id = await published();
    const can = 'query ($id: ID!) { article(id: $id) { viewerCan { update publish delete comment } } }';
    const answers = [];
    for (const who of [server, viewer, editor, admin])
      answers.push((await who.get<{ article: { viewerCan: object } }>(can, { id })).article.viewerCan);
    expect(answers).toEqual([
      { update: false, publish: false, delete: false, comment: false },
      { update: false, publish: false, delete: false, comment: true },
      { update: true, publish: true, delete: false, comment: true },
      { update: true, publish: true, delete: true, comment: true },
    ]);
  });

  test('is no comment if the caller is a service, as a comment has a user, or was narrowed to other things', async () => {
    const id = await published();
    const right = { id: 'ci', roles: [], scopes: ['comments:write'] };
    for (const [principal, comment] of [
      [{ kind: 'service', ...right }, false],
      [{ kind: 'user', ...right, id: viewer.id }, true],
      [{ kind: 'apiKey', ...right, userId: viewer.id }, true],
      [{ kind: 'apiKey', ...right, userId: viewer.id, scopes: ['articles:write'] }, false],
    ] as const) {
      const ask = (source: string) =>
        graphql({
          schema: server.app.schema,
          source,
          variableValues: { id },
          contextValue: contextOf(server.database, { principal }),
        });
      const { data } = await ask('query ($id: ID!) { article(id: $id) { viewerCan { comment } } }');
      expect(data).toEqual({ article: { viewerCan: { comment } } });
      const { errors } = await ask('mutation ($id: ID!) { addComment(articleId: $id, body: "x") { id } }');
      expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(comment ? undefined : ['FORBIDDEN']);
    }
  });
});

describe('The authors of lists', () => {
  test('show their e-mails to those who manage users, and nothing but names to others', async () => {
    const id = await published('With authors');
    await viewer.get('mutation ($id: ID!) { addComment(articleId: $id, body: "Of a reader") { id } }', { id });
    const ask = (by: Client, fields: string) =>
      by.ask(
        `{ articles(first: 1, filter: { titleContains: "With authors" }) { nodes { author { ${fields} } comments { nodes { author { ${fields} } } } } } }`,
      );
    const shown = (ofEditor: object, ofViewer: object) => ({
      articles: { nodes: [{ author: ofEditor, comments: { nodes: [{ author: ofViewer }] } }] },
    });
    const names = shown({ displayName: 'Edgar Editor' }, { displayName: 'Vera Viewer' });
    const emails = shown(
      { displayName: 'Edgar Editor', email: 'editor@demo.sallyport.test' },
      { displayName: 'Vera Viewer', email: 'viewer@demo.sallyport.test' },
    );
    expect((await ask(admin, 'displayName email')).body).toEqual({ data: emails });
    expect((await ask(viewer, 'displayName')).body).toEqual({ data: names });
    const own = await ask(viewer, 'displayName email');
    expect(own.body.data).toEqual(
      shown(
        { displayName: 'Edgar Editor', email: null },
        { displayName: 'Vera Viewer', email: 'viewer@demo.sallyport.test' },
      ),
    );
    expect(own.body.errors?.map(({ path }) => path?.join('.'))).toEqual(['articles.nodes.0.author.email']);
  });
});
