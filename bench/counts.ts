/**
 * The count of a list on PostgreSQL, with 1,000 and with 1,000,000 articles: in the statement of its page, as the server
 * sends it, and beside it, on a second connection at the same time.
 * `node bench/counts.ts`
 */
import { Client } from 'pg';
import { entities } from '../src/app/entities.ts';
import { Article } from '../src/articles/article.entity.ts';
import { openDatabase } from '../src/database/open.ts';
import { columnsNamed } from '../src/database/rows/columns.ts';
import { prepareList, type PreparedList } from '../src/database/rows/list-query.ts';
import { createDatabase } from './support/postgres.ts';
import { print, printTable } from './support/print.ts';
import { inTurn, ratioOf, textOf } from './support/cpu.ts';
import { rounds } from './support/rounds.ts';
import { median } from './support/statistics.ts';

const sizes = [1_000, 1_000_000] as const;
const authors = 440;
const pageSize = 20;
/** The author of every 440th article, who reads drafts as well. */
const reader = '00000000-0000-7000-8000-000000000001';

const database = await createDatabase();
try {
  await measure(database.url);
} finally {
  await database.drop();
}

async function measure(url: string): Promise<void> {
  const statements = await prepare(url);
  const [one, other] = [await connect(url), await connect(url)];
  try {
    const measured: string[][] = [];
    for (const size of sizes) {
      await fill(one, size);
      const together = (): Promise<number> => timeOf(() => send(one, statements.together));
      const beside = (): Promise<number> =>
        timeOf(() => Promise.all([send(one, statements.page), other.query(statements.count)]));
      await inTurn(3, together, beside);
      const found = await inTurn(rounds, together, beside);
      measured.push([
        size.toLocaleString('en'),
        median(found.map(({ first }) => first)).toFixed(2),
        median(found.map(({ second }) => second)).toFixed(2),
        textOf(ratioOf(found)),
      ]);
    }
    print(`A page of ${pageSize} articles and their count, ${rounds} rounds in turn`);
    printTable(['articles', 'in one statement, ms', 'beside it, ms', 'beside against in one'], measured);
  } finally {
    await Promise.all([one.end(), other.end()]);
  }
}

async function send(client: Client, { statement, values }: PreparedList): Promise<void> {
  const { name, text, constants } = statement;
  await client.query({
    ...(name === undefined ? {} : { name }),
    text,
    values: [...values, pageSize, ...constants],
    rowMode: 'array',
  });
}

async function connect(url: string): Promise<Client> {
  const client = new Client(url);
  await client.connect();
  return client;
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Makes the tables, and the statements of a list that a signed-in author reads. */
async function prepare(url: string): Promise<{ together: PreparedList; page: PreparedList; count: Counted }> {
  const opened = await openDatabase({ kind: 'postgresql', url }, entities);
  const { source } = opened.rows();
  const where = { $or: [{ status: 'PUBLISHED' as const }, { author: reader }] };
  const list = (isCounted: boolean): PreparedList =>
    prepareList(source, {
      entity: Article,
      where,
      bounds: {},
      orderBy: ['id'],
      direction: 'desc',
      columns: columnsNamed(['title', 'status', 'author']),
      joined: undefined,
      isCounted,
      parent: undefined,
    });
  const builder = source.orm.em.createQueryBuilder(Article, 'row').count().where(where);
  let place = 0;
  const count = {
    name: 'count',
    text: builder.getQuery().replaceAll('?', () => `$${(place += 1)}`),
    values: [...builder.getParams()],
  };
  const statements = { together: list(true), page: list(false), count };
  await opened.close();
  return statements;
}

interface Counted {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

/** Writes users and articles until there are so many, every tenth a draft, with bodies of 440 characters. */
async function fill(client: Client, size: number): Promise<void> {
  await client.query(
    `insert into users (id, created_at, email, display_name, roles, status, credential_version)
     select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, now(), n || '@bench.example', 'Author ' || n, '{}', 'ACTIVE', 0
       from generate_series(1, ${authors}) n on conflict do nothing`,
  );
  await client.query(
    `insert into articles (id, created_at, updated_at, title, body, status, author_id, version)
     select ('00000000-0000-7000-9000-' || lpad(n::text, 12, '0'))::uuid, now(), now(), 'Article ' || n, repeat('some words ', 40),
            case when n % 10 = 0 then 'DRAFT' else 'PUBLISHED' end,
            ('00000000-0000-7000-8000-' || lpad((1 + n % ${authors})::text, 12, '0'))::uuid, 1
       from generate_series((select count(*) + 1 from articles), ${size}) n`,
  );
  await client.query('vacuum analyze articles');
}
