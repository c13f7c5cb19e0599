/**
 * Lists on PostgreSQL: how many statements 10 and 100 articles take, with their authors, the count of their comments
 * and what the caller may do with each; and how the time grows.
 * `node bench/lists.ts`
 */
import { entities } from '../src/app/entities.ts';
import { Article } from '../src/articles/article.entity.ts';
import { Comment } from '../src/comments/comment.entity.ts';
import { newId } from '../src/database/base.entity.ts';
import { openDatabase } from '../src/database/open.ts';
import { User } from '../src/users/user.entity.ts';
import { ask, register } from './support/client.ts';
import { createDatabase } from './support/postgres.ts';
import { print, printTable } from './support/print.ts';
import { startServer } from './support/server.ts';
import { median, spreadOf } from './support/statistics.ts';

const lengths = [10, 100] as const;
const authors = 25;
const commentsOfArticle = 3;
const rounds = 41;
const query = /* GraphQL */ `
  query Articles($first: Int!) {
    articles(first: $first) {
      nodes {
        id
        title
        author {
          id
          displayName
        }
        comments(first: 1) {
          totalCount
        }
        viewerCan {
          update
          publish
          delete
          comment
        }
      }
    }
  }
`;

interface Answer {
  readonly articles: { readonly nodes: ReadonlyArray<{ readonly comments: { readonly totalCount: number } }> };
}

const database = await createDatabase();
try {
  const token = await fill(database.url);
  await countStatements(database.url, token);
  await measureTimes(database.url, token);
} finally {
  await database.drop();
}

/** Articles by many authors, each with comments by many; answers the token of a user who reads them. */
async function fill(url: string): Promise<string> {
  const server = await startServer(url);
  const token = await register(server.port, 'reader');
  await server.stop();

  const opened = await openDatabase({ kind: 'postgresql', url }, entities);
  const em = opened.fork();
  const now = new Date();
  const row = (): { id: string; createdAt: Date } => ({ id: newId(now), createdAt: now });
  const users = Array.from({ length: authors }, (_, index) =>
    em.create(User, {
      ...row(),
      email: `author-${index}@bench.example`,
      displayName: `Author ${index}`,
      roles: ['EDITOR'],
      status: 'ACTIVE',
      emailVerifiedAt: now,
      passwordHash: null,
      credentialVersion: 0,
    }),
  );
  const userAt = (index: number): User => users[index % users.length] as User;
  for (let index = 0; index < lengths[1]; index += 1) {
    const article = em.create(Article, {
      ...row(),
      updatedAt: now,
      title: `Article ${index}`,
      body: 'A body of no particular length.',
      status: 'PUBLISHED',
      publishedAt: now,
      author: userAt(index),
      version: 1,
    });
    for (let number = 1; number <= commentsOfArticle; number += 1) {
      const author = userAt(index + number);
      em.create(Comment, { ...row(), updatedAt: now, body: `Comment ${number}`, author, article, version: 1 });
    }
  }
  await em.flush();
  await opened.close();
  return token;
}

async function countStatements(url: string, token: string): Promise<void> {
  const server = await startServer(url, { isCounting: true });
  const counts: number[] = [];
  const rows: string[][] = [];
  for (const first of lengths) {
    await ask(server.port, query, { first }, token);
    await server.usage();
    const { articles } = await ask<Answer>(server.port, query, { first }, token);
    const isWhole =
      articles.nodes.length === first &&
      articles.nodes.every(({ comments }) => comments.totalCount === commentsOfArticle);
    if (!isWhole) throw new Error(`The list of ${first} is not what was written.`);
    const { statements } = await server.usage();
    counts.push(statements.length);
    rows.push([String(first), String(statements.length)]);
  }
  await server.stop();
  print('Statements for a list of articles with authors, counts of comments and viewerCan, credential check included');
  printTable(['articles', 'statements'], rows);
  print(new Set(counts).size === 1 ? 'The number is constant.' : 'THE NUMBER GROWS WITH THE LIST.');
  print();
}

async function measureTimes(url: string, token: string): Promise<void> {
  const server = await startServer(url);
  const timeOf = async (first: number): Promise<number> => {
    const start = performance.now();
    await ask(server.port, query, { first }, token);
    return performance.now() - start;
  };
  for (let turn = 0; turn < rounds; turn += 1) for (const first of lengths) await timeOf(first);
  const taken: Array<{ short: number; long: number }> = [];
  for (let turn = 0; turn < rounds; turn += 1) {
    taken.push({ short: await timeOf(lengths[0]), long: await timeOf(lengths[1]) });
  }
  await server.stop();
  const { median: ratio, low, high } = spreadOf(taken.map(({ short, long }) => long / short));
  print(`Time of ${lengths[1]} against ${lengths[0]}, one request after the other, ${rounds} rounds in turn`);
  print(
    `${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)}); medians ${median(taken.map(({ short }) => short)).toFixed(1)} ms and ${median(taken.map(({ long }) => long)).toFixed(1)} ms`,
  );
}
