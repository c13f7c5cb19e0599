import { LockMode } from '@mikro-orm/core';
import { Article, type ArticleRow } from '../articles/article.entity.ts';
import type { articlePolicy } from '../articles/article.policy.ts';
import { joinedArticle } from '../articles/articles.service.ts';
import { columnsRead, NOTHING, type BoundPolicies, type Principal, type Where } from '../authorization/index.ts';
import { newId } from '../database/base.entity.ts';
import { containing } from '../database/like.ts';
import { emptyPage, type Connection, type Page } from '../database/pages.ts';
import { lockAsSystem } from '../database/row-session.ts';
import { readNewest } from '../database/rows/list.ts';
import { pagesByParent } from '../database/rows/pages-by-parent.ts';
import { rowById } from '../database/rows/read-by-id.ts';
import { updateRow } from '../database/rows/update-row.ts';
import { AppError, notFound } from '../errors.ts';
import type { SearchSource } from '../feature/feature.ts';
import type { RequestContext } from '../request/context.ts';
import { createFieldColumns } from '../request/field-columns.ts';
import { requireText } from '../request/input.ts';
import type { Selection } from '../request/selection.ts';
import { User } from '../users/user.entity.ts';
import { joinedUser } from '../users/users.service.ts';
import { Comment, type CommentRow } from './comment.entity.ts';
import { commentPolicy } from './comment.policy.ts';

export type CommentPage = Connection<CommentRow>;
export type Comments = ReturnType<typeof createComments>;

export interface CommentsDeps {
  readonly policies: BoundPolicies<[typeof commentPolicy, typeof articlePolicy]>;
}

const maxBody = 10_000;

/** Reads comments by id, those of one turn by one statement. */
export const commentById = rowById(Comment);

const commentColumns = createFieldColumns(Comment, { viewerCan: columnsRead(commentPolicy) });

const pagesByArticle = pagesByParent(Comment, 'article');

/** Comments: readable if their article is, written by those whom the policies let. */
export function createComments({ policies }: CommentsDeps) {
  const readable = (principal: Principal): Where => policies.Comment.where('read', principal);

  async function listByArticle(
    { rows }: RequestContext,
    principal: Principal,
    article: ArticleRow,
    page: Page,
    selection: Selection,
  ): Promise<CommentPage> {
    const where = readable(principal);
    if (where === NOTHING) return emptyPage();
    const { nodes } = selection;
    return pagesByArticle(rows, article, {
      where,
      page,
      columns: commentColumns(rows, nodes),
      joined: nodes.has('author') ? joinedUser(rows, 'author', nodes.below('author')) : undefined,
      isCounted: selection.has('totalCount'),
    });
  }

  /** Adds a comment while its article is held as it is: one that is unpublished in the same moment gets none. */
  async function add(
    { em, now }: RequestContext,
    principal: Principal,
    authorId: string,
    articleId: string,
    body: string,
  ): Promise<Comment> {
    const text = requireText('body', body, maxBody);
    return em.transactional(async (tx) => {
      const article = await lockAsSystem(tx, () =>
        tx.findOne(Article, articleId, { lockMode: LockMode.PESSIMISTIC_READ, refresh: true }),
      );
      if (article === null || !(await policies.Article.decide('read', principal, article)))
        throw notFound('The article');
      const comment = { id: newId(now), createdAt: now, updatedAt: now, body: text, version: 1 };
      return tx.create(Comment, { ...comment, author: tx.getReference(User, authorId), article });
    });
  }

  const update = ({ rows, now }: RequestContext, comment: CommentRow, body: string): Promise<CommentRow> =>
    updateRow(rows, Comment, comment, { body: requireText('body', body, maxBody), updatedAt: now });

  /** Deletes under a lock, and decides on the row as it is then. */
  async function remove({ em }: RequestContext, principal: Principal, id: string): Promise<string> {
    await em.transactional(async (tx) => {
      const comment = await lockAsSystem(tx, () =>
        tx.findOne(Comment, id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true }),
      );
      if (comment === null) throw notFound('The comment');
      if (!(await policies.Comment.decide('delete', principal, comment))) {
        throw new AppError('FORBIDDEN', 'You are not allowed to delete this comment.');
      }
      tx.remove(comment);
    });
    return id;
  }

  return { listByArticle, add, update, remove };
}

/** Finds comments by their body if their article may be read. */
export const searchComments =
  ({ policies }: CommentsDeps): SearchSource =>
  async ({ rows }, principal, text, first) => {
    const where = policies.Comment.where('read', principal);
    if (where === NOTHING) return [];
    const found = { $and: [where, { body: { $ilike: containing(text) } }] };
    // Each comment is judged by its article.
    const joined = joinedArticle(rows, 'article');
    return readNewest(rows, Comment, { where: found, joined }, first);
  };
