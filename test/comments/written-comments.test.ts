import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { roles } from '../../src/access/roles.ts';
import { Article } from '../../src/articles/article.entity.ts';
import { articlePolicy } from '../../src/articles/article.policy.ts';
import { bindPolicies, type Principal } from '../../src/authorization/index.ts';
import { Comment } from '../../src/comments/comment.entity.ts';
import { commentPolicy } from '../../src/comments/comment.policy.ts';
import { commentById, createComments } from '../../src/comments/comments.service.ts';
import { newId } from '../../src/database/base.entity.ts';
import type { RequestContext } from '../../src/request/context.ts';
import { contextOf } from '../support/contexts.ts';
import { addUser, openTestDatabase, type OpenedDatabase } from '../support/unit-of-work.ts';

/** The service alone: nothing asks a policy before it, nor the rows that it writes after it. */

const begin = new Date('2026-01-02T03:04:05.678Z');
const later = new Date('2026-01-02T03:04:06.789Z');
const missing = '01900000-0000-7000-8000-000000000000';

let database: OpenedDatabase;
let articleId = '';
const ids = { ada: '', bob: '' };
beforeAll(async () => {
  database = await openTestDatabase();
  for (const name of ['ada', 'bob'] as const) ids[name] = await addUser(database, begin, name);
});
afterAll(() => database.remove());
beforeEach(async () => {
  articleId = newId(begin);
  const times = { createdAt: begin, updatedAt: begin, publishedAt: begin };
  const article = { id: articleId, title: 'Title', body: 'Text.', status: 'PUBLISHED' as const, version: 1 };
  await database.fork().insert(Article, { ...article, ...times, author: ids.bob });
});
afterEach(async () => void (await database.fork().nativeDelete(Article, {})));

const comments = createComments({ policies: bindPolicies({ roles, policies: [articlePolicy, commentPolicy] }) });

const at = (now: Date): RequestContext => contextOf(database, { now });
const commenting = (id: string): Principal => ({ kind: 'user', id, roles: ['VIEWER'], scopes: ['comments:write'] });
const add = (context = at(begin), on = articleId): Promise<Comment> =>
  comments.add(context, commenting(ids.ada), ids.ada, on, ' A remark. ');
const count = (): Promise<number> => database.fork().count(Comment);

describe('A comment', () => {
  test('is its author’s, in the first version, below the article', async () => {
    const { id } = await add();
    expect(await commentById(database.rows(), id)).toMatchObject({
      body: 'A remark.',
      author: ids.ada,
      article: articleId,
      version: 1,
      createdAt: begin,
      updatedAt: begin,
    });
  });

  test('is added to what its author may read at that moment, though the article was read before', async () => {
    const context = at(begin);
    expect(await context.em.findOne(Article, articleId)).toMatchObject({ status: 'PUBLISHED' });
    await database.fork().nativeUpdate(Article, { id: articleId }, { status: 'DRAFT' });
    const none = { code: 'NOT_FOUND', message: 'The article does not exist, or you are not allowed to see it.' };
    for (const unit of [context, at(begin)]) await expect(add(unit)).rejects.toMatchObject(none);
    await expect(add(at(begin), missing)).rejects.toMatchObject(none);
    expect(await count()).toBe(0);
  });

  test('that is changed says when', async () => {
    const { id } = await add();
    const row = await commentById(database.rows(), id);
    if (row === null) throw new Error('There is no such comment.');
    const changed = { body: 'Better.', updatedAt: later, createdAt: begin, version: 2 };
    expect(await comments.update(at(later), row, ' Better. ')).toMatchObject(changed);
    expect(await commentById(database.rows(), id)).toMatchObject(changed);
  });
});

describe('Deleting a comment', () => {
  test('is decided on the row as it is then, though it was read before', async () => {
    const { id } = await add();
    const context = at(later);
    expect(await context.em.findOne(Comment, id)).toMatchObject({ id });
    await database.fork().nativeUpdate(Comment, { id }, { author: ids.bob });
    for (const unit of [context, at(later)])
      await expect(comments.remove(unit, commenting(ids.ada), id)).rejects.toMatchObject({
        code: 'FORBIDDEN',
        message: 'You are not allowed to delete this comment.',
      });
    expect(await count()).toBe(1);
    expect(await comments.remove(at(later), commenting(ids.bob), id)).toBe(id);
    expect(await count()).toBe(0);
  });

  test('that is gone by then finds nothing, whoever asks', async () => {
    for (const caller of [commenting(ids.ada), { kind: 'anonymous' } as const])
      await expect(comments.remove(at(later), caller, missing)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
