import { entities } from '../../src/app/entities.ts';
import { Article } from '../../src/articles/article.entity.ts';
import { newId } from '../../src/database/base.entity.ts';
import { openDatabase } from '../../src/database/open.ts';
import { User } from '../../src/users/user.entity.ts';
import { ask, register } from './client.ts';

export interface Person {
  readonly token: string;
  /** The person's own, which can be written to in turn, so that no write meets another. */
  readonly articleIds: readonly string[];
}

/** Registers authors on a server, and gives each of them published articles. @returns the first of them. */
export async function fillArticles(
  port: number,
  url: string,
  { authors, articles }: { readonly authors: number; readonly articles: number },
): Promise<Person> {
  const tokens: string[] = [];
  for (let index = 0; index < authors; index += 1) tokens.push(await register(port, `author-${index}`));
  const opened = await openDatabase({ kind: 'postgresql', url }, entities);
  const em = opened.fork();
  const users = await em.find(User, {}, { orderBy: { id: 'asc' } });
  for (const user of users) user.roles = ['EDITOR'];
  const now = new Date();
  const rest = { createdAt: now, updatedAt: now, body: 'Text. '.repeat(100), version: 1 };
  const made = Array.from({ length: articles }, (_, index) => {
    const author = users[index % users.length] ?? users[0];
    if (author === undefined) throw new Error('There is no author.');
    const title = `Article ${index}`;
    return em.create(Article, { ...rest, id: newId(now), title, status: 'PUBLISHED', publishedAt: now, author });
  });
  await em.flush();
  await opened.close();
  const token = tokens[0] ?? '';
  const { me } = await ask<{ me: { id: string } }>(port, '{ me { id } }', {}, token);
  return { token, articleIds: made.filter(({ author }) => author.id === me.id).map(({ id }) => id) };
}
