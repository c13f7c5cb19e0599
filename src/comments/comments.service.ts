import { LockMode } from '@mikro-orm/core';
import { Article } from '../articles/article.entity.ts';
import { NOTHING, type BoundPolicies, type Principal, type Where } from '../authorization/index.ts';
import { newId } from '../database/base.entity.ts';
import { byId } from '../database/by-id.ts';
import { containing } from '../database/like.ts';
import { pagesByParent } from '../database/pages-by-parent.ts';
import { emptyPage, type Connection, type Page } from '../database/pages.ts';
import { AppError, notFound } from '../errors.ts';
import { requireText } from '../input.ts';
import type { RequestScope } from '../request.ts';
import { User } from '../users/user.entity.ts';
import { Comment } from './comment.entity.ts';

export type CommentPage = Connection<Comment>;
export type Comments = ReturnType<typeof createComments>;

const longestBody = 10_000;

/** Comments by id, collected into one statement for each tick. */
export const commentById = byId(Comment);

const pagesByArticle = pagesByParent(Comment, 'article');

/** Comments: readable where their article is, written by those whom the policies let. */
export function createComments({ policies }: { policies: BoundPolicies }) {
  const readable = (principal: Principal): Where => policies.where('Comment', 'read', principal);

  async function listByArticle(
    { em }: RequestScope,
    principal: Principal,
    articleId: string,
    page: Page,
  ): Promise<CommentPage> {
    const filter = readable(principal);
    return filter === NOTHING ? emptyPage() : pagesByArticle(em, { parentId: articleId, filter, page });
  }

  async function search({ em }: RequestScope, principal: Principal, text: string, first: number): Promise<Comment[]> {
    const where = readable(principal);
    if (where === NOTHING) return [];
    return em.find(
      Comment,
      { $and: [where, { body: { $ilike: containing(text) } }] },
      { orderBy: { id: 'desc' }, limit: first, populate: ['article'] },
    );
  }

  /** Adds a comment while its article is held as it is: one that is unpublished in the same moment gets none. */
  async function add(
    { em, now }: RequestScope,
    principal: Principal,
    authorId: string,
    articleId: string,
    body: string,
  ): Promise<Comment> {
    const text = requireText('body', body, longestBody);
    return em.transactional(async (tx) => {
      const article = await tx.findOne(Article, articleId, { lockMode: LockMode.PESSIMISTIC_READ, refresh: true });
      if (article === null || !(await policies.decide('Article', 'read', principal, article)))
        throw notFound('The article');
      const comment = { id: newId(now), createdAt: now, updatedAt: now, body: text, version: 1 };
      return tx.create(Comment, { ...comment, author: tx.getReference(User, authorId), article });
    });
  }

  async function update({ em, now }: RequestScope, comment: Comment, body: string): Promise<Comment> {
    comment.body = requireText('body', body, longestBody);
    comment.updatedAt = now;
    await em.flush();
    return comment;
  }

  /** Deletes under a lock, and decides on the row as it is then. */
  async function remove({ em }: RequestScope, principal: Principal, id: string): Promise<string> {
    await em.transactional(async (tx) => {
      const comment = await tx.findOne(Comment, id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
      if (comment === null) throw notFound('The comment');
      if (!(await policies.decide('Comment', 'delete', principal, comment))) {
        throw new AppError('FORBIDDEN', 'You may not delete this comment.');
      }
      tx.remove(comment);
    });
    return id;
  }

  const may = (principal: Principal, action: string, comment: Comment): boolean | Promise<boolean> =>
    policies.decide('Comment', action, principal, comment);

  return { listByArticle, search, add, update, remove, may };
}
