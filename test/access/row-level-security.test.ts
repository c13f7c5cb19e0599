import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEntity, p, type EntityClass } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import fc from 'fast-check';
import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';
import { roles } from '../../src/access/roles.ts';
import { rowSecurityOf } from '../../src/app/row-security.ts';
import { isLoadedRow, policies } from '../../src/app/guarded-schema.ts';
import { Article } from '../../src/articles/article.entity.ts';
import { createWriteGuards } from '../../src/app/create-write-guards.ts';
import { bindPolicies, definePolicy, NOTHING, type Conditions } from '../../src/authorization/index.ts';
import { Comment } from '../../src/comments/comment.entity.ts';
import { newId } from '../../src/database/base.entity.ts';
import { openDatabase } from '../../src/database/open.ts';
import { collectionOf } from '../../src/database/rows/collections.ts';
import { readNewest } from '../../src/database/rows/list.ts';
import { rowById } from '../../src/database/rows/read-by-id.ts';
import type { RowSession } from '../../src/database/row-session.ts';
import { LazyUnitOfWork } from '../../src/database/unit-of-work.ts';
import { asSystem } from '../../src/database/write-guard/as-system.ts';
import type { RequestContext } from '../../src/request/context.ts';
import { applyPolicies, comparePolicies, removePolicies } from '../../src/row-security/apply-policies.ts';
import { generatePolicies } from '../../src/row-security/generate-policies.ts';
import { createSessionOf } from '../../src/row-security/principal-session.ts';
import { User } from '../../src/users/user.entity.ts';
import { createTestDatabase, postgresUrl } from '../support/database.ts';
import { describeOnPostgres } from '../support/on-postgres.ts';
import { createOrdinaryDatabase } from '../support/ordinary-database.ts';
import { principalsOf } from '../support/principals.ts';
import { fillRows } from '../support/rows.ts';
import { startServer, type SignedIn, type TestServer } from '../support/server.ts';

const MemberSchema = defineEntity({
  name: 'Member',
  tableName: 'project_members',
  properties: { id: p.uuid().primary(), user: p.string(), project: () => p.manyToOne(Project) },
});
class Member extends MemberSchema.class {}
MemberSchema.setClass(Member);
const ProjectSchema = defineEntity({
  name: 'Project',
  tableName: 'projects',
  properties: { id: p.uuid().primary(), members: () => p.oneToMany(Member).mappedBy('project') },
});
class Project extends ProjectSchema.class {}
ProjectSchema.setClass(Project);

const isReference = (value: unknown): value is { readonly id: string } =>
  typeof value === 'object' && value !== null && 'id' in value;

describeOnPostgres('Row-level security', () => {
  let server: TestServer;
  let database: { url: string; drop: () => Promise<void> };
  let raw: Client;
  let viewer: SignedIn;
  let editor: SignedIn;
  let moderator: SignedIn;
  beforeAll(async () => {
    database = await createOrdinaryDatabase();
    const location = { kind: 'postgresql', url: database.url } as const;
    const env = { DATABASE_URL: database.url, ROW_LEVEL_SECURITY: 'on', SIMULATION_RESULTS: 'on' };
    server = await startServer(env, location);
    await fillRows(server.database.fork(), server.app.schema, [Article, Comment]);
    raw = new Client({ connectionString: database.url });
    await raw.connect();
    [viewer, editor, moderator] = (await Promise.all(
      (['viewer', 'editor', 'moderator'] as const).map((name) => server.signIn(name)),
    )) as [SignedIn, SignedIn, SignedIn];
  });
  afterAll(async () => {
    await raw?.end();
    await server?.stop();
    await database?.drop();
  });

  const sessionOf = createSessionOf(roles);

  /** Runs statements by raw SQL, for a session or none, and takes back what they did. */
  async function rawly<T>(session: RowSession, work: () => Promise<T>): Promise<T> {
    await raw.query('begin');
    try {
      for (const [name, value] of Object.entries(session))
        await raw.query('select set_config($1, $2, true)', [name, value]);
      return await work();
    } finally {
      await raw.query('rollback');
    }
  }

  const idsOf = async (sql: string, values: unknown[] = []): Promise<string[]> =>
    (await raw.query<{ id: string }>(sql, values)).rows.map(({ id }) => id).toSorted();

  describe('agrees with memory and with the filter, whoever asks', () => {
    const types = [
      ['Article', Article as EntityClass<{ id: string }>, 'articles'],
      ['Comment', Comment as EntityClass<{ id: string }>, 'comments'],
    ] as const;

    /** The policies as services ask them, with the rows that they look into. */
    function policiesInMemory() {
      const unit = server.database.rows();
      const load = (of: string, id: string): Promise<object | null> =>
        of === 'Article' ? rowById(Article)(unit, id) : rowById(User)(unit, id);
      return {
        unit,
        bound: bindPolicies({ roles, policies, schema: server.app.schema, isLoaded: isLoadedRow, load }),
      };
    }

    test.each(types)('on rows of %s', async (type, entity, table) => {
      const { bound, unit } = policiesInMemory();
      const rows = await readNewest(unit, entity, { where: {} }, 1_000);
      const users = await server.database.fork().find(User, {});
      expect(rows.length).toBeGreaterThan(30);
      await fc.assert(
        fc.asyncProperty(principalsOf(users.map(({ id }) => id)), async (principal) => {
          const decidedOn = async (action: string): Promise<string[]> => {
            const decided: string[] = [];
            for (const row of rows) if (await bound.decide(type, action, principal, row)) decided.push(row.id);
            return decided.toSorted();
          };
          const where = bound.where(type, 'read', principal);
          const filtered = where === NOTHING ? [] : await readNewest(unit, entity, { where }, 1_000);
          const readable = await decidedOn('read');
          expect(filtered.map(({ id }) => id).toSorted()).toEqual(readable);
          await rawly(sessionOf(principal), async () => {
            expect(await idsOf(`select id from ${table}`)).toEqual(readable);
            for (const action of ['update', 'delete'] as const) {
              // PostgreSQL writes no row that it may not show.
              const expected = (await decidedOn(action)).filter((id) => readable.includes(id));
              const sql =
                action === 'update'
                  ? `update ${table} set version = version returning id`
                  : `delete from ${table} returning id`;
              await raw.query('savepoint before');
              expect({ [action]: await idsOf(sql) }).toEqual({ [action]: expected });
              await raw.query('rollback to savepoint before');
            }
          });
        }),
        { numRuns: 25 },
      );
    });

    /** Sends one write, and takes back what a refusal leaves. @returns how many rows it wrote. */
    async function writtenBy(sql: string, values: unknown[]): Promise<number | 'refused'> {
      await raw.query('savepoint before');
      try {
        return (await raw.query(sql, values)).rowCount ?? 0;
      } catch (error) {
        if (!(error instanceof Error && error.message.includes('row-level security'))) throw error;
        return 'refused';
      } finally {
        await raw.query('rollback to savepoint before');
      }
    }

    test.each(types)(
      'on rows of %s that are inserted, and on what a change makes of them',
      async (type, entity, table) => {
        const { bound, unit } = policiesInMemory();
        const rows = (await readNewest(unit, entity, { where: {} }, 1_000)) as ReadonlyArray<Record<string, unknown>>;
        const users = await server.database.fork().find(User, {});
        const properties = server.database.orm
          .getMetadata()
          .get(entity)
          .props.filter(({ primary }) => primary !== true);
        const columns = properties.map(({ fieldNames: [column] }) => `"${column}"`);
        const places = columns.map((_, index) => `$${index + 2}`);
        const insert = `insert into ${table} (id, ${columns.join(', ')}) values ($1, ${places.join(', ')})`;
        const update = `update ${table} set (${columns.join(', ')}) = (${places.join(', ')}) where id = $1`;
        const atRow = fc.nat(rows.length - 1);
        const outcomes: Record<string, number> = {};
        await fc.assert(
          fc.asyncProperty(
            principalsOf(users.map(({ id }) => id)),
            fc.array(
              fc.record({ at: atRow, from: fc.array(atRow, { minLength: columns.length, maxLength: columns.length }) }),
              {
                minLength: 10,
                maxLength: 10,
              },
            ),
            async (principal, draws) => {
              await rawly(sessionOf(principal), async () => {
                for (const { at, from } of draws) {
                  const before = rows[at] as Record<string, unknown>;
                  // Each value is that of some row: what a caller would take over, or give away.
                  const given = properties.map(({ name }, index) => rows[from[index] ?? 0]?.[name]);
                  const made = Object.fromEntries(properties.map(({ name }, index) => [name, given[index]]));
                  const values = given.map((value) => (isReference(value) ? value.id : value));
                  const may = async (action: string, row: object): Promise<boolean> =>
                    bound.decide(type, action, principal, row);

                  const id = newId(new Date());
                  const mayInsert = await may('create', { ...before, ...made, id });
                  const inserted = await writtenBy(insert, [id, ...values]);
                  expect({ inserted }).toEqual({ inserted: mayInsert ? 1 : 'refused' });

                  const after = { ...before, ...made };
                  // PostgreSQL writes no row that it may not show, neither before nor after.
                  const mayBegin = (await may('read', before)) && (await may('update', before));
                  const mayEnd = (await may('read', after)) && (await may('update', after));
                  const updated = await writtenBy(update, [before['id'], ...values]);
                  expect({ updated }).toEqual({ updated: mayBegin ? (mayEnd ? 1 : 'refused') : 0 });
                  for (const outcome of [`inserted ${inserted}`, `updated ${updated}`])
                    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
                }
              });
            },
          ),
          { numRuns: 150 },
        );
        expect(Object.keys(outcomes).toSorted()).toEqual([
          'inserted 1',
          'inserted refused',
          'updated 0',
          'updated 1',
          'updated refused',
        ]);
      },
    );
  });

  test('shows raw SQL that names no caller the published articles, and lets it write nothing', async () => {
    const published = await server.database.fork().find(Article, { status: 'PUBLISHED' });
    expect(await idsOf('select id from articles')).toEqual(published.map(({ id }) => id).toSorted());
    expect((await raw.query(`update articles set title = 'taken'`)).rowCount).toBe(0);
    expect((await raw.query('delete from comments')).rowCount).toBe(0);
    const [one] = published;
    await expect(
      raw.query(
        `insert into articles select gen_random_uuid(), created_at, updated_at, title, body, status, published_at, author_id, version from articles where id = $1`,
        [one?.id],
      ),
    ).rejects.toThrow('row-level security');
  });

  test('lets no caller write as another author, nor give a row away', async () => {
    const session = sessionOf({ kind: 'user', id: editor.id, roles: ['EDITOR'], scopes: ['articles:write'] });
    const own = await server.database.fork().findOneOrFail(Article, { author: editor.id });
    await rawly(session, async () => {
      await expect(raw.query('update articles set author_id = $2 where id = $1', [own.id, viewer.id])).rejects.toThrow(
        'row-level security',
      );
    });
  });

  describe('gives each statement of a request the rights of its place', () => {
    const count = (em: EntityManager): Promise<number> => em.count(Article);
    const bySystem = <T>(work: () => T): T => asSystem('a test says so', work);
    let all: number;
    let readable: number;
    beforeAll(async () => {
      all = await server.database.fork().count(Article);
      readable = await server.database.fork().count(Article, { status: 'PUBLISHED' });
      expect(readable).toBeLessThan(all);
    });

    const unitOfAnonymous = () => {
      const bound = bindPolicies({
        roles,
        policies,
        schema: server.app.schema,
        isLoaded: isLoadedRow,
        load: async () => null,
      });
      const log = { error: (): void => undefined };
      const guard = createWriteGuards({ policies: bound, log, sessionOf })(() => ({ kind: 'anonymous' }));
      const { fork, rows } = server.database;
      return new LazyUnitOfWork(
        () => fork(guard),
        () => rows(guard),
      );
    };

    test('also after the unit of work was begun by the system, or by the caller', async () => {
      const begunBySystem = unitOfAnonymous();
      expect(await bySystem(() => count(begunBySystem.em))).toBe(all);
      expect(await count(begunBySystem.em)).toBe(readable);
      const begunByCaller = unitOfAnonymous();
      expect(await count(begunByCaller.em)).toBe(readable);
      expect(await bySystem(() => count(begunByCaller.em))).toBe(all);
    });

    test('within one transaction too, whatever goes on at the same time or is taken back', async () => {
      await unitOfAnonymous().em.transactional(async (tx) => {
        const together = [count(tx), bySystem(() => count(tx)), count(tx), bySystem(() => count(tx))];
        expect(await Promise.all(together)).toEqual([readable, all, readable, all]);
        const takenBack = bySystem(() =>
          tx.transactional(async (inner) => {
            expect(await count(inner)).toBe(all);
            throw new Error('taken back');
          }),
        );
        await expect(takenBack).rejects.toThrow('taken back');
        expect(await count(tx)).toBe(readable);
      });
    });

    test('a stream too, which keeps them until it ends', async () => {
      await unitOfAnonymous().em.transactional(async (tx) => {
        expect(await bySystem(() => count(tx))).toBe(all);
        const streamed: unknown[] = [];
        const counts: Array<Promise<number>> = [];
        for await (const row of tx.createQueryBuilder(Article).select('id').stream()) {
          if (streamed.length === 0)
            counts.push(
              bySystem(() => count(tx)),
              count(tx),
            );
          streamed.push(row);
        }
        expect([streamed.length, ...(await Promise.all(counts))]).toEqual([readable, all, readable]);
      });
    });

    test('and a savepoint that is taken back takes them from no statement beside it', async () => {
      await unitOfAnonymous().em.transactional(async (tx) => {
        for (let round = 0; round < 20; round += 1) {
          const beside: Array<Promise<number>> = [];
          const takenBack = tx.transactional(async (inner) => {
            await bySystem(() => count(inner));
            beside.push(
              count(inner),
              bySystem(() => count(inner)),
              count(inner),
            );
            throw new Error('taken back');
          });
          await expect(takenBack).rejects.toThrow('taken back');
          expect(await Promise.all(beside)).toEqual([readable, all, readable]);
        }
      });
    });

    test('and shares no row that the system read with the caller, nor reads both at once', async () => {
      const draft = await server.database.fork().findOneOrFail(Article, { status: 'DRAFT' });
      const { rows } = unitOfAnonymous();
      const read = async (): Promise<string | undefined> => (await rowById(Article)(rows, draft.id))?.id;
      expect(await Promise.all([bySystem(read), read()])).toEqual([draft.id, undefined]);
      expect(await Promise.all([read(), bySystem(read)])).toEqual([undefined, draft.id]);
    });
  });

  test('lets policies look into collections whose rows have policies of their own', async () => {
    const own = await createOrdinaryDatabase();
    const opened = await openDatabase({ kind: 'postgresql', url: own.url }, [Project, Member]);
    try {
      const { orm, fork, protect, rows } = opened;
      await orm.schema.update({ safe: true, dropTables: false });
      const em = fork();
      const project = em.create(Project, { id: newId(new Date()) });
      em.create(Member, { id: newId(new Date()), user: 'ann', project });
      await em.flush();
      const policy = definePolicy('Member', ({ is }: Conditions<Member>) => ({ read: is({ user: 'nobody' }) }));
      const security = generatePolicies([policy], [...orm.getMetadata().getAll().values()]);
      await applyPolicies(fork(), security);
      protect(security.tables.map(({ plainName }) => plainName));
      expect(await collectionOf(rows(), 'Project', project.id, 'members')).toMatchObject([{ user: 'ann' }]);
      const guard = {
        guards: () => true,
        require: async () => undefined,
        session: () => sessionOf({ kind: 'anonymous' }),
      };
      expect(await collectionOf(rows(guard), 'Project', project.id, 'members')).toEqual([]);
    } finally {
      await opened.close();
      await own.drop();
    }
  });

  test('counts for the caller as whom a result is shown, by rows and by units of work, and not for who looks', async () => {
    const admin = await server.signIn('admin');
    const field = server.app.schema.getQueryType()?.getFields()['identityProviders'];
    if (field === undefined) throw new Error('The schema has no such field.');
    const { resolve } = field;
    let counted: unknown[] = [];
    const text = 'select count(*)::int as counted from "articles"';
    field.resolve = async (_, __, { em, rows }: RequestContext) => {
      const statement = rows.source.statements.get(text, () => ({ text, constants: [] }));
      const byRows = async (): Promise<unknown> => (await rows.source.send(statement, []))[0]?.[0];
      counted = [await byRows(), await em.count(Article), await asSystem('a test', byRows), await byRows()];
      await expect(em.execute('select 1 / 0')).rejects.toThrow();
      counted.push(await byRows(), await em.count(Article));
      return [];
    };
    const document = 'mutation ($input: SimulateAccessInput!) { simulateOperation(input: $input) { data errors } }';
    const articles = '{ articles { totalCount } }';
    type Counted = { readonly articles: { readonly totalCount: number } };
    try {
      const { totalCount: all } = (await admin.get<Counted>(articles)).articles;
      for (const user of [viewer, editor]) {
        const { totalCount: own } = (await user.get<Counted>(articles)).articles;
        const input = { operation: '{ identityProviders { name } articles { totalCount } }', userId: user.id };
        const { simulateOperation } = await admin.get<{ simulateOperation: object }>(document, { input });
        expect(simulateOperation).toMatchObject({ data: { articles: { totalCount: own } }, errors: null });
        expect(counted).toEqual([own, own, all, own, own, own]);
        expect(own < all).toBe(user === viewer);
      }
    } finally {
      if (resolve === undefined) delete field.resolve;
      else field.resolve = resolve;
    }
  });

  test('is no hindrance to what the policies allow', async () => {
    const { createArticle } = await editor.get<{ createArticle: { id: string; version: number } }>(
      'mutation { createArticle(input: { title: "Mine", body: "Text" }) { id version } }',
    );
    const { id } = createArticle;
    const read = 'query ($id: ID!) { node(id: $id) { id } article(id: $id) { title author { displayName } } }';
    expect(await editor.get(read, { id })).toMatchObject({ node: { id }, article: { title: 'Mine' } });
    expect(await viewer.get(read, { id })).toEqual({ node: null, article: null });
    await editor.get('mutation ($id: ID!) { updateArticle(id: $id, input: { title: "Ours" }) { title } }', { id });
    await editor.get('mutation ($id: ID!) { publishArticle(id: $id) { status } }', { id });
    const { addComment } = await viewer.get<{ addComment: { id: string } }>(
      'mutation ($id: ID!) { addComment(articleId: $id, body: "Well said") { id } }',
      { id },
    );
    const list =
      '{ articles(first: 100) { totalCount nodes { id comments { nodes { body author { displayName } } } } } }';
    const { articles } = await viewer.get<{ articles: { nodes: Array<{ id: string }> } }>(list);
    expect(articles.nodes.map((node) => node.id)).toContain(id);
    await moderator.get('mutation ($id: ID!) { deleteComment(id: $id) }', { id: addComment.id });
    await editor.get('mutation ($id: ID!) { unpublishArticle(id: $id) { status } }', { id });
    await editor.get('mutation ($id: ID!) { deleteArticle(id: $id) }', { id });
  });

  test('shows below a sign-in what the user who signed in may see', async () => {
    const { createArticle } = await editor.get<{ createArticle: { id: string } }>(
      'mutation { createArticle(input: { title: "A draft", body: "Text" }) { id } }',
    );
    const { body } = await server.ask(
      `mutation { login(input: { email: "editor@demo.sallyport.test", password: "sallyport-demo" }) {
         ... on AuthTokens { user { articles(first: 100) { nodes { id } } } } } }`,
    );
    const { login } = body.data as { login: { user: { articles: { nodes: Array<{ id: string }> } } } };
    expect(login.user.articles.nodes.map(({ id }) => id)).toContain(createArticle.id);
  });

  test('never lets a connection carry one principal to the next, not even if statements are killed in the middle', async () => {
    const drafts =
      'query ($status: ArticleStatus) { articles(first: 100, filter: { status: $status }) { nodes { status } } }';
    const killer = new Client({ connectionString: postgresUrl });
    await killer.connect();
    const name = new URL(database.url).pathname.slice(1);
    const over = new AbortController();
    const killing = (async () => {
      while (!over.signal.aborted) {
        await killer.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and state <> 'idle' limit 1`,
          [name],
        );
        await setTimeout(5);
      }
    })();
    const seen: unknown[] = [];
    for (let round = 0; round < 15; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, at) => (at % 2 === 0 ? editor : server).ask(drafts, { status: 'DRAFT' })),
      );
      for (const [at, { body }] of answers.entries()) {
        const found = (body.data?.['articles'] as { nodes: object[] } | null | undefined)?.nodes.length;
        if (at % 2 === 1 && found !== undefined) seen.push(found);
      }
    }
    over.abort();
    await killing;
    await killer.end();
    // Anonymous callers were answered with no draft, or not at all.
    expect(seen.filter((found) => found !== 0)).toEqual([]);
    const { body } = await server.ask(drafts, { status: 'DRAFT' });
    expect(body.data).toEqual({ articles: { nodes: [] } });
  });

  test('lists what it leaves to the engine', () => {
    const { tables, omissions } = rowSecurityOf(server.database);
    expect(tables.map(({ type }) => type)).toEqual(['Article', 'Comment']);
    const left = omissions.map(({ coordinate }) => coordinate);
    expect(left).toEqual(expect.arrayContaining(['Session', 'ApiKey', 'User', 'Article.publish']));
  });

  test('is seen to be missing or changed, and is mended', async () => {
    const em = server.database.orm.em.fork();
    const security = rowSecurityOf(server.database);
    expect(await comparePolicies(em, security)).toEqual([]);
    await raw.query('alter policy sallyport_read on articles using (true)');
    expect(await comparePolicies(em, security)).toEqual([{ table: 'articles', problem: 'outdated' }]);
    expect(await applyPolicies(em, security)).toHaveLength(1);
    await raw.query('alter table comments no force row level security');
    expect(await comparePolicies(em, security)).toEqual([{ table: 'comments', problem: 'outdated' }]);
    expect(await removePolicies(em)).toEqual(expect.arrayContaining(['articles', 'comments']));
    expect(await comparePolicies(em, security)).toHaveLength(2);
    await applyPolicies(em, security);
    expect(await comparePolicies(em, security)).toEqual([]);
  });

  test('is refused at the start if PostgreSQL would not enforce it, and not forgotten if it does', async () => {
    const { location, drop } = await createTestDatabase();
    const env = { DATABASE_URL: 'postgresql://postgres@127.0.0.1/x', ROW_LEVEL_SECURITY: 'on' };
    await expect(startServer(env, location)).rejects.toThrow('pass every policy by');
    await drop();
    await expect(startServer({}, { kind: 'postgresql', url: database.url })).rejects.toThrow('rls remove');
  });
});
