import { LockMode } from '@mikro-orm/core';
import type { Announce } from '../announcements/announce.ts';
import { NOTHING, type BoundPolicies, type Principal, type Where } from '../authorization/index.ts';
import { newId } from '../database/base.entity.ts';
import { byId } from '../database/by-id.ts';
import { containing } from '../database/like.ts';
import { pagesByParent } from '../database/pages-by-parent.ts';
import { emptyPage, findPage, pageInTurn, type Connection, type Page } from '../database/pages.ts';
import { AppError, badInput, notFound } from '../errors.ts';
import { requireId, requireText } from '../input.ts';
import type { Searches } from '../limits/searches.ts';
import type { RequestScope } from '../request.ts';
import { User } from '../users/user.entity.ts';
import { Article, type ArticleStatus } from './article.entity.ts';

export type ArticlePage = Connection<Article>;
export type Articles = ReturnType<typeof createArticles>;

export interface ArticleListFilter {
  readonly status?: ArticleStatus | null | undefined;
  readonly authorId?: string | null | undefined;
  readonly titleContains?: string | null | undefined;
}

export interface ArticleChange {
  readonly title?: string | null | undefined;
  readonly body?: string | null | undefined;
  readonly authorId?: string | null | undefined;
  readonly expectedVersion?: number | null | undefined;
}

export interface ArticlesDeps {
  readonly policies: BoundPolicies;
  readonly announce: Announce;
  readonly searches: Searches;
}

const longestTitle = 200;
const longestBody = 100_000;

/** Articles by id, collected into one statement for each tick. */
export const articleById = byId(Article);

const pagesByAuthor = pagesByParent(Article, 'author');

/** Articles, read within what the policy lets the principal see, and written where the policy lets it. */
export function createArticles({ policies, announce, searches }: ArticlesDeps) {
  const readable = (principal: Principal): Where => policies.where('Article', 'read', principal);

  async function list(
    scope: RequestScope,
    principal: Principal,
    filter: ArticleListFilter,
    page: Page,
  ): Promise<ArticlePage> {
    const where = readable(principal);
    if (where === NOTHING) return emptyPage();
    const wanted = { $and: [where, listFilter(filter)] };
    const find = (): Promise<ArticlePage> => findPage(scope.em, Article, wanted, page);
    return filter.titleContains == null ? find() : pageInTurn((statement) => searches(scope, statement), find);
  }

  async function listByAuthor(
    { em }: RequestScope,
    principal: Principal,
    authorId: string,
    page: Page,
  ): Promise<ArticlePage> {
    const filter = readable(principal);
    return filter === NOTHING ? emptyPage() : pagesByAuthor(em, { parentId: authorId, filter, page });
  }

  async function search({ em }: RequestScope, principal: Principal, text: string, first: number): Promise<Article[]> {
    const where = readable(principal);
    if (where === NOTHING) return [];
    const found = { $or: [{ title: { $ilike: containing(text) } }, { body: { $ilike: containing(text) } }] };
    return em.find(Article, { $and: [where, found] }, { orderBy: { id: 'desc' }, limit: first });
  }

  /** A draft of the principal's own. */
  async function create(
    { em, now }: RequestScope,
    authorId: string,
    input: { title: string; body: string },
  ): Promise<Article> {
    const article = em.create(Article, {
      id: newId(now),
      createdAt: now,
      updatedAt: now,
      title: requireText('input.title', input.title, longestTitle),
      body: requireText('input.body', input.body, longestBody),
      status: 'DRAFT',
      publishedAt: null,
      author: em.getReference(User, authorId),
      version: 1,
    });
    await em.flush();
    return article;
  }

  /**
   * Changes an article that the policy let the principal update, and asks it again about what it has become: nobody
   * writes a row out of, or into, its own reach.
   * @throws CONFLICT where it has another version than expected, or changes under our hands.
   */
  async function update(
    scope: RequestScope,
    principal: Principal,
    article: Article,
    change: ArticleChange,
  ): Promise<Article> {
    if (change.expectedVersion != null && change.expectedVersion !== article.version) {
      throw new AppError(
        'CONFLICT',
        `The article has version ${article.version} by now: read it again, then repeat the change.`,
      );
    }
    if (change.title != null) article.title = requireText('input.title', change.title, longestTitle);
    if (change.body != null) article.body = requireText('input.body', change.body, longestBody);
    if (change.authorId != null) article.author = await requireAuthor(scope, change.authorId);
    return save(scope, principal, article, 'update');
  }

  async function publish(scope: RequestScope, principal: Principal, article: Article): Promise<Article> {
    if (article.status === 'PUBLISHED') return article;
    article.status = 'PUBLISHED';
    article.publishedAt = scope.now;
    await save(scope, principal, article, 'publish');
    announce(scope.em, { kind: 'article-published', id: article.id });
    return article;
  }

  async function unpublish(scope: RequestScope, principal: Principal, article: Article): Promise<Article> {
    if (article.status === 'DRAFT') return article;
    article.status = 'DRAFT';
    article.publishedAt = null;
    return save(scope, principal, article, 'publish');
  }

  /** Writes with the version that the policy saw: a row that changed in between is a CONFLICT. */
  async function save(
    { em, now }: RequestScope,
    principal: Principal,
    article: Article,
    action: string,
  ): Promise<Article> {
    if (!(await policies.decide('Article', action, principal, article))) {
      throw new AppError('FORBIDDEN', 'You may not leave the article in this state.');
    }
    article.updatedAt = now;
    await em.flush();
    return article;
  }

  /** Deletes under a lock, and decides on the row as it is then: the version does not guard a delete. */
  async function remove({ em }: RequestScope, principal: Principal, id: string): Promise<string> {
    await em.transactional(async (tx) => {
      const article = await tx.findOne(Article, id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
      if (article === null) throw notFound('The article');
      if (!(await policies.decide('Article', 'delete', principal, article))) {
        throw new AppError('FORBIDDEN', 'You may not delete the article as it is now.');
      }
      tx.remove(article);
    });
    return id;
  }

  const may = (principal: Principal, action: string, article: Article): boolean | Promise<boolean> =>
    policies.decide('Article', action, principal, article);

  return { list, listByAuthor, search, create, update, publish, unpublish, remove, may };
}

function listFilter({ status, authorId, titleContains }: ArticleListFilter): object {
  return {
    ...(status == null ? {} : { status }),
    ...(authorId == null ? {} : { author: requireId('filter.authorId', authorId) }),
    ...(titleContains == null
      ? {}
      : { title: { $ilike: containing(requireText('filter.titleContains', titleContains, longestTitle)) } }),
  };
}

async function requireAuthor({ em }: RequestScope, authorId: string): Promise<User> {
  const author = await em.findOne(User, { id: requireId('input.authorId', authorId), status: 'ACTIVE' });
  if (author === null) throw badInput('input.authorId', 'unknown', 'There is no such user.');
  return author;
}
