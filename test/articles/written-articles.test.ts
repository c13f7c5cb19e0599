import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { roles } from '../../src/access/roles.ts';
import { Article, type ArticleRow } from '../../src/articles/article.entity.ts';
import { articlePolicy } from '../../src/articles/article.policy.ts';
import { articleById, createArticles } from '../../src/articles/articles.service.ts';
import { bindPolicies, type Principal } from '../../src/authorization/index.ts';
import type { DomainEvent } from '../../src/events/event.ts';
import type { RequestContext } from '../../src/request/context.ts';
import { contextOf } from '../support/contexts.ts';
import { addUser, openTestDatabase, type OpenedDatabase } from '../support/unit-of-work.ts';

/** The service alone: nothing asks a policy before it, nor the rows that it writes after it. */

const begin = new Date('2026-01-02T03:04:05.678Z');
const later = new Date('2026-01-02T03:04:06.789Z');
const missing = '01900000-0000-7000-8000-000000000000';

let database: OpenedDatabase;
const ids = { ada: '', bob: '' };
beforeAll(async () => {
  database = await openTestDatabase();
  for (const name of ['ada', 'bob'] as const) ids[name] = await addUser(database, begin, name);
});
afterAll(() => database.remove());
afterEach(async () => void (await database.fork().nativeDelete(Article, {})));

const bound = bindPolicies({ roles, policies: [articlePolicy] });
const asked: unknown[] = [];
const published: DomainEvent[] = [];
let isAllowed = true;
beforeEach(() => {
  asked.length = published.length = 0;
  isAllowed = true;
});

/** The service with the policy of articles. */
const articles = createArticles({
  policies: bound,
  publishEvent: (_, event) => void published.push(event),
  searches: (_, work) => work(),
});

/** The service with a policy that is asked about every row, and remembers it. */
const asking = createArticles({
  policies: {
    ...bound,
    Article: {
      ...bound.Article,
      decide(action, _, row) {
        const { title, status, author } = row as ArticleRow;
        asked.push({ action, title, status, author });
        return isAllowed;
      },
    },
  },
  publishEvent: (_, event) => void published.push(event),
  searches: (_, work) => work(),
});

const at = (now: Date): RequestContext => contextOf(database, { now });
const editing = (id: string): Principal => ({ kind: 'user', id, roles: ['EDITOR'], scopes: ['articles:write'] });

/** An article of Ada's, as the guard of a mutation loads it. */
async function adasArticle(): Promise<ArticleRow> {
  const { id } = await articles.create(at(begin), ids.ada, { title: 'Draft', body: 'Text.' });
  return read(id);
}

async function read(id: string): Promise<ArticleRow> {
  const row = await articleById(database.rows(), id);
  if (row === null) throw new Error('There is no such article.');
  return row;
}

describe('An article', () => {
  test('is its author’s draft in the first version', async () => {
    expect(await adasArticle()).toMatchObject({
      title: 'Draft',
      status: 'DRAFT',
      publishedAt: null,
      author: ids.ada,
      version: 1,
      createdAt: begin,
      updatedAt: begin,
    });
  });

  test.each([
    [
      'is changed',
      'update',
      async (row) => asking.update(at(later), editing(ids.ada), row, { title: 'New', authorId: ids.bob }),
      { title: 'New', status: 'DRAFT', author: 'bob' },
    ],
    [
      'is published',
      'publish',
      async (row) => asking.publish(at(later), editing(ids.ada), row),
      { title: 'Draft', status: 'PUBLISHED', author: 'ada' },
    ],
    [
      'is withdrawn',
      'publish',
      async (row) => asking.unpublish(at(later), editing(ids.ada), { ...row, status: 'PUBLISHED' }),
      { title: 'Draft', status: 'DRAFT', author: 'ada' },
    ],
  ] satisfies ReadonlyArray<
    [string, string, (row: ArticleRow) => Promise<ArticleRow>, { title: string; status: string; author: 'ada' | 'bob' }]
  >)(
    'that %s is asked about as it would be, and stays as it is if that is refused',
    async (_, action, write, would) => {
      const row = await adasArticle();
      isAllowed = false;
      await expect(write(row)).rejects.toMatchObject({
        code: 'FORBIDDEN',
        message: 'You are not allowed to change the article to this state.',
      });
      const question = { action, ...would, author: ids[would.author] };
      expect(asked).toEqual([question]);
      expect(await read(row.id)).toEqual(row);
      expect(published).toEqual([]);
      isAllowed = true;
      await write(row);
      expect(asked).toEqual([question, question]);
      expect(await read(row.id)).toMatchObject({ ...would, author: ids[would.author], version: 2, updatedAt: later });
    },
  );

  test('is told of once it is published, and keeps its moment and its version if it is published again', async () => {
    const draft = await adasArticle();
    const first = await articles.publish(at(later), editing(ids.ada), draft);
    expect(first).toMatchObject({ status: 'PUBLISHED', publishedAt: later, updatedAt: later, version: 2 });
    const again = new Date(later.getTime() + 1000);
    expect(await articles.publish(at(again), editing(ids.ada), await read(draft.id))).toEqual(first);
    expect(await read(draft.id)).toEqual(first);
    expect(published).toEqual([{ kind: 'article-published', id: draft.id }]);
  });

  test('keeps its version if it is withdrawn and no longer published', async () => {
    const draft = await adasArticle();
    expect(await articles.unpublish(at(later), editing(ids.ada), draft)).toEqual(draft);
    expect(await read(draft.id)).toEqual(draft);
  });
});

describe('Deleting an article', () => {
  test('is decided on the row as it is then, though it was read before', async () => {
    const { id } = await adasArticle();
    for (const change of [{ author: ids.bob }, { author: ids.ada, status: 'PUBLISHED' as const }]) {
      const context = at(later);
      expect(await context.em.findOne(Article, id)).toMatchObject({ id });
      await database.fork().nativeUpdate(Article, { id }, change);
      await expect(articles.remove(context, editing(ids.ada), id)).rejects.toMatchObject({
        code: 'FORBIDDEN',
        message: 'You are not allowed to delete the article in its present state.',
      });
      expect(await read(id)).toMatchObject({ id });
    }
    await database.fork().nativeUpdate(Article, { id }, { status: 'DRAFT' });
    expect(await articles.remove(at(later), editing(ids.ada), id)).toBe(id);
    expect(await articleById(database.rows(), id)).toBeNull();
  });

  test('that is gone by then finds nothing, whoever asks', async () => {
    for (const caller of [editing(ids.ada), { kind: 'anonymous' } as const])
      await expect(articles.remove(at(later), caller, missing)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
