import { LockMode } from '@mikro-orm/core';
import { type BoundPolicies, columnsRead, NOTHING, type Principal, type Where } from '../authorization/index.ts';
import { newId } from '../database/base.entity.ts';
import { containing } from '../database/like.ts';
import { type Connection, emptyPage, type Page } from '../database/pages.ts';
import { lockAsSystem } from '../database/row-session.ts';
import { columnsNamed } from '../database/rows/columns.ts';
import type { Joined, ListSelection } from '../database/rows/list-selection.ts';
import { readNewest, readPage } from '../database/rows/list.ts';
import { pagesByParent } from '../database/rows/pages-by-parent.ts';
import { rowById } from '../database/rows/read-by-id.ts';
import { relatedRow } from '../database/rows/related-row.ts';
import type { Reference } from '../database/rows/row.ts';
import type { Rows } from '../database/rows/source.ts';
import { updateRow } from '../database/rows/update-row.ts';
import { AppError, badInput, notFound } from '../errors.ts';
import type { PublishEvent } from '../events/open-events.ts';
import type { SearchSource } from '../feature/feature.ts';
import type { InTurn } from '../limits/turns.ts';
import type { RequestContext } from '../request/context.ts';
import { createFieldColumns } from '../request/field-columns.ts';
import { requireId, requireText } from '../request/input.ts';
import { requirePattern } from '../request/search-pattern.ts';
import type { Selection } from '../request/selection.ts';
import { User } from '../users/user.entity.ts';
import { joinedUser, userById } from '../users/users.service.ts';
import { Article, type ArticleRow, type ArticleStatus } from './article.entity.ts';
import { articlePolicy } from './article.policy.ts';

export type ArticlePage = Connection<ArticleRow>;
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
  readonly policies: BoundPolicies<[typeof articlePolicy]>;
  readonly publishEvent: PublishEvent;
  readonly searches: InTurn;
}

type Action = keyof typeof articlePolicy.actions;

const maxTitle = 200;
const maxBody = 100_000;

/** Reads articles by id, those of one turn by one statement. */
export const articleById = rowById(Article);

/** The columns that the policy of articles reads, whatever it is asked. */
const policyColumns = columnsRead(articlePolicy);

export const articleColumns = createFieldColumns(Article, { viewerCan: policyColumns, comments: [] });

/** The article that comes with something else, for its policy to judge. */
export const joinedArticle = ({ source }: Rows, relation: string): Joined => ({
  relation,
  columns: policyColumns === undefined ? source.tableOf(Article).all : columnsNamed(policyColumns),
});

const pagesByAuthor = pagesByParent(Article, 'author');

/** Articles, read within what the policy lets the principal see, and written if the policy lets it. */
export function createArticles({ policies, publishEvent, searches }: ArticlesDeps) {
  const readable = (principal: Principal): Where => policies.Article.where('read', principal);

  async function list(
    context: RequestContext,
    principal: Principal,
    filter: ArticleListFilter,
    page: Page,
    selection: Selection,
  ): Promise<ArticlePage> {
    const readableOnes = readable(principal);
    if (readableOnes === NOTHING) return emptyPage();
    const where = { $and: [readableOnes, listFilter(filter)] };
    const found = { where, page, ...listSelection(context, selection) };
    if (filter.titleContains == null) return readPage(context.rows, Article, found);
    return readPage(context.rows, Article, { ...found, inTurn: (statement) => searches(context, statement) });
  }

  async function listByAuthor(
    context: RequestContext,
    principal: Principal,
    author: { readonly id: string },
    page: Page,
    selection: Selection,
  ): Promise<ArticlePage> {
    const where = readable(principal);
    if (where === NOTHING) return emptyPage();
    return pagesByAuthor(context.rows, author, { where, page, ...listSelection(context, selection) });
  }

  /** A draft of the principal's own. */
  async function create(
    { em, now }: RequestContext,
    authorId: string,
    input: { title: string; body: string },
  ): Promise<Article> {
    const article = em.create(Article, {
      id: newId(now),
      createdAt: now,
      updatedAt: now,
      title: requireText('input.title', input.title, maxTitle),
      body: requireText('input.body', input.body, maxBody),
      status: 'DRAFT',
      publishedAt: null,
      author: em.getReference(User, authorId),
      version: 1,
    });
    await em.flush();
    return article;
  }

  /**
   * Changes an article that the policy let the principal update, and asks it again about what it has become: no
   * principal writes a row out of, or into, its own reach.
   * @throws CONFLICT if it has another version than expected, or changes under our hands.
   */
  async function update(
    context: RequestContext,
    principal: Principal,
    article: ArticleRow,
    change: ArticleChange,
  ): Promise<ArticleRow> {
    if (change.expectedVersion != null && change.expectedVersion !== article.version) {
      throw new AppError(
        'CONFLICT',
        `The article has version ${article.version} now: read it again, then repeat the change.`,
      );
    }
    const changes = {
      ...(change.title == null ? {} : { title: requireText('input.title', change.title, maxTitle) }),
      ...(change.body == null ? {} : { body: requireText('input.body', change.body, maxBody) }),
      ...(change.authorId == null ? {} : { author: await requireAuthor(context, change.authorId) }),
    };
    return save(context, principal, article, changes, 'update');
  }

  async function publish(context: RequestContext, principal: Principal, article: ArticleRow): Promise<ArticleRow> {
    if (article.status === 'PUBLISHED') return article;
    const changes = { status: 'PUBLISHED', publishedAt: context.now } as const;
    const published = await save(context, principal, article, changes, 'publish');
    publishEvent(context.em, { kind: 'article-published', id: article.id });
    return published;
  }

  async function unpublish(context: RequestContext, principal: Principal, article: ArticleRow): Promise<ArticleRow> {
    if (article.status === 'DRAFT') return article;
    return save(context, principal, article, { status: 'DRAFT', publishedAt: null }, 'publish');
  }

  /** Writes with the version that the policy saw: a row that changed in between is a CONFLICT. */
  async function save(
    { rows, now }: RequestContext,
    principal: Principal,
    article: ArticleRow,
    changes: Partial<ArticleRow>,
    action: Action,
  ): Promise<ArticleRow> {
    if (!(await policies.Article.decide(action, principal, { ...article, ...changes }))) {
      throw new AppError('FORBIDDEN', 'You are not allowed to change the article to this state.');
    }
    return updateRow(rows, Article, article, { ...changes, updatedAt: now });
  }

  /** Deletes under a lock, and decides on the row as it is then: the version does not guard a delete. */
  async function remove({ em }: RequestContext, principal: Principal, id: string): Promise<string> {
    await em.transactional(async (tx) => {
      const article = await lockAsSystem(tx, () =>
        tx.findOne(Article, id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true }),
      );
      if (article === null) throw notFound('The article');
      if (!(await policies.Article.decide('delete', principal, article))) {
        throw new AppError('FORBIDDEN', 'You are not allowed to delete the article in its present state.');
      }
      tx.remove(article);
    });
    return id;
  }

  return { list, listByAuthor, create, update, publish, unpublish, remove };
}

/** Finds readable articles by their title or body. */
export const searchArticles =
  ({ policies }: Pick<ArticlesDeps, 'policies'>): SearchSource =>
  async ({ rows }, principal, text, first) => {
    const where = policies.Article.where('read', principal);
    if (where === NOTHING) return [];
    const found = { $or: [{ title: { $ilike: containing(text) } }, { body: { $ilike: containing(text) } }] };
    return readNewest(rows, Article, { where: { $and: [where, found] } }, first);
  };

function listFilter({ status, authorId, titleContains }: ArticleListFilter): object {
  return {
    ...(status == null ? {} : { status }),
    ...(authorId == null ? {} : { author: requireId('filter.authorId', authorId) }),
    ...(titleContains == null
      ? {}
      : { title: { $ilike: containing(requirePattern('filter.titleContains', titleContains, maxTitle)) } }),
  };
}

/** The article behind a relation. */
export const relatedArticle = (rows: Rows, reference: Reference, selection: Selection) =>
  relatedRow<Article>(articleById, rows, reference, articleColumns(rows, selection));

/**
 * Returns the selection that a list of articles reads: the columns that are selected, its authors and the count if they
 * are.
 */
function listSelection({ rows }: RequestContext, selection: Selection): ListSelection {
  const { nodes } = selection;
  return {
    columns: articleColumns(rows, nodes),
    joined: nodes.has('author') ? joinedUser(rows, 'author', nodes.below('author')) : undefined,
    isCounted: selection.has('totalCount'),
  };
}

/** @throws BAD_USER_INPUT if there is no such user, or a disabled one. */
async function requireAuthor({ rows }: RequestContext, authorId: string): Promise<string> {
  const author = await userById(rows, requireId('input.authorId', authorId));
  if (author?.status === 'ACTIVE') return author.id;
  throw badInput('input.authorId', 'unknown', 'There is no active user with this id.');
}
