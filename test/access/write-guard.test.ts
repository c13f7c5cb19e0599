import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { EntityManager } from '@mikro-orm/postgresql';
import { roles } from '../../src/access/roles.ts';
import { createApi } from '../../src/app/api.ts';
import { isLoadedRow, policies } from '../../src/app/guarded-schema.ts';
import { createWriteGuards } from '../../src/app/create-write-guards.ts';
import { requireEntities } from '../../src/app/require-entities.ts';
import { Article } from '../../src/articles/article.entity.ts';
import { bindPolicies, type Principal } from '../../src/authorization/index.ts';
import { newId } from '../../src/database/base.entity.ts';
import { insertTogether } from '../../src/database/insert-together.ts';
import { updateRow } from '../../src/database/rows/update-row.ts';
import { asSystem } from '../../src/database/write-guard/as-system.ts';
import { StartError } from '../../src/errors.ts';
import { User } from '../../src/users/user.entity.ts';
import { startServer, type SignedIn, type TestServer } from '../support/server.ts';

let server: TestServer;
let editor: SignedIn;
let viewer: SignedIn;
const defects: object[] = [];
/** What the guard has asked since the test began: a type and an action for each decision. */
const asked: string[] = [];

beforeAll(async () => {
  server = await startServer();
  [editor, viewer] = [await server.signIn('editor'), await server.signIn('viewer')];
});
afterAll(() => server.stop());
beforeEach(() => void (defects.length = asked.length = 0));

const scopes = ['articles:write', 'comments:write'];
const editing = (id: string): Principal => ({ kind: 'user', id, roles: ['EDITOR'], scopes });

/** A unit of work as a service has it that asks nobody. */
function unitOf(principal: Principal): { em: EntityManager; rows: ReturnType<TestServer['database']['rows']> } {
  const bound = bindPolicies({
    roles,
    policies,
    schema: () => server.app.schema,
    isLoaded: isLoadedRow,
    load: (_, id) => find(id),
  });
  const decide: typeof bound.decide = (type, action, ...about) => {
    asked.push(`${type}.${action}`);
    return bound.decide(type, action, ...about);
  };
  const guard = createWriteGuards({
    policies: { decide },
    log: { error: (defect: unknown) => void defects.push(defect as object) } as never,
  })(() => principal);
  return { em: server.database.fork(guard), rows: server.database.rows(guard) };
}

const draftOf = (author: string) => {
  const now = new Date();
  const times = { id: newId(now), createdAt: now, updatedAt: now };
  return { ...times, title: 'Draft', body: 'Text', status: 'DRAFT' as const, publishedAt: null, author, version: 1 };
};

/** An article of an author, written by the system. */
async function articleOf(author: string): Promise<string> {
  const draft = draftOf(author);
  await server.database.fork().insert(Article, draft);
  return draft.id;
}

const find = (id: string) => server.database.fork().findOne(Article, id);

type Way = (em: EntityManager, author: string) => Promise<unknown>;
const creating: ReadonlyArray<readonly [way: string, write: Way]> = [
  [
    'the unit of work',
    async (em, author) => {
      em.create(Article, { ...draftOf(author), author: em.getReference(User, author) });
      await em.flush();
    },
  ],
  ['insert', (em, author) => em.insert(Article, draftOf(author))],
  ['insertMany', (em, author) => em.insertMany(Article, [draftOf(author), draftOf(author)])],
  ['insertTogether', (em, author) => insertTogether(em, [{ entity: Article, values: draftOf(author) }])],
];

describe.each(creating)('A row that is created by %s', (_, write) => {
  test('is written if the policy lets the caller, and is refused as a defect if it does not', async () => {
    const count = () => server.database.fork().count(Article);
    const before = await count();
    await expect(write(unitOf(editing(editor.id)).em, viewer.id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(write(unitOf({ kind: 'anonymous' }).em, viewer.id)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(defects).toMatchObject([
      { kind: 'write', type: 'Article', action: 'create' },
      { kind: 'write', type: 'Article', action: 'create' },
    ]);
    expect(await count()).toBe(before);
    await write(unitOf(editing(editor.id)).em, editor.id);
    expect(await count()).toBeGreaterThan(before);
    expect(defects).toHaveLength(2);
  });
});

type Change = (em: EntityManager, id: string, change: object) => Promise<unknown>;
const changing: ReadonlyArray<readonly [way: string, change: Change]> = [
  [
    'the unit of work',
    async (em, id, { author, ...change }: { author?: string }) => {
      const article = await em.findOneOrFail(Article, id);
      em.assign(article, author === undefined ? change : { author: em.getReference(User, author) });
      await em.flush();
    },
  ],
  [
    'a transaction',
    (em, id, { author, ...change }: { author?: string }) =>
      em.transactional(async (tx) => {
        const article = await tx.findOneOrFail(Article, id);
        tx.assign(article, author === undefined ? change : { author: tx.getReference(User, author) });
      }),
  ],
  ['nativeUpdate', (em, id, change) => em.nativeUpdate(Article, { id }, change)],
  [
    'nativeUpdate within a transaction',
    (em, id, change) => em.transactional((tx) => tx.nativeUpdate(Article, { id }, change)),
  ],
];

describe.each(changing)('A row that is changed by %s', (_, change) => {
  test('may be changed by those whom the policy lets, but not be taken over or given away', async () => {
    const [own, foreign] = [await articleOf(editor.id), await articleOf(viewer.id)];
    await change(unitOf(editing(editor.id)).em, own, { title: 'Mine' });
    expect(await find(own)).toMatchObject({ title: 'Mine' });
    expect(defects).toEqual([]);

    for (const [id, written] of [
      [foreign, { title: 'Mine' }],
      [foreign, { author: editor.id }],
      [own, { author: viewer.id }],
    ] as const)
      await expect(change(unitOf(editing(editor.id)).em, id, written)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await find(foreign)).toMatchObject({ title: 'Draft', author: { id: viewer.id } });
    expect(await find(own)).toMatchObject({ author: { id: editor.id } });
    expect(defects).toHaveLength(3);
  });
});

test('updateRow asks about the row that it is given and about what it would be', async () => {
  const { rows } = unitOf(editing(editor.id));
  const row = async (author: string) => {
    const { id, version } = (await find(await articleOf(author))) as Article;
    return { id, version, author, status: 'DRAFT' };
  };
  await expect(updateRow(rows, Article, await row(viewer.id), { title: 'x' })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  await expect(updateRow(rows, Article, await row(editor.id), { author: viewer.id })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  expect(await updateRow(rows, Article, await row(editor.id), { title: 'x' })).toMatchObject({ title: 'x' });
});

const deleting: ReadonlyArray<readonly [way: string, remove: (em: EntityManager, id: string) => Promise<unknown>]> = [
  ['the unit of work', async (em, id) => em.remove(await em.findOneOrFail(Article, id)).flush()],
  ['a reference that is not loaded', (em, id) => em.remove(em.getReference(Article, id)).flush()],
  ['nativeDelete', (em, id) => em.nativeDelete(Article, { id })],
];

describe.each(deleting)('A row that is deleted by %s', (_, remove) => {
  test('is deleted by those whom the policy lets, as it was before they changed it', async () => {
    const [own, foreign] = [await articleOf(editor.id), await articleOf(viewer.id)];
    await expect(remove(unitOf(editing(editor.id)).em, foreign)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await find(foreign)).not.toBeNull();
    await remove(unitOf(editing(editor.id)).em, own);
    expect(await find(own)).toBeNull();
  });
});

test('A row that is taken over before it is deleted is judged as it was', async () => {
  const foreign = await articleOf(viewer.id);
  const { em } = unitOf(editing(editor.id));
  const article = await em.findOneOrFail(Article, foreign);
  article.author = em.getReference(User, editor.id);
  await expect(em.remove(article).flush()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(await find(foreign)).not.toBeNull();
});

const unseen: ReadonlyArray<readonly [way: string, write: (em: EntityManager, id: string) => unknown]> = [
  ['a query builder', (em, id) => em.createQueryBuilder(Article).update({ title: 'x' }).where({ id }).execute()],
  ['a query builder that deletes', (em, id) => em.qb(Article).delete({ id }).execute()],
  ['the copy of a query builder', (em, id) => em.qb(Article).clone().delete({ id }).execute()],
  ['SQL', (em, id) => em.execute('update articles set title = ? where id = ?', ['x', id])],
  [
    'SQL that hides a write',
    (em, id) => em.execute('with gone as (delete from "articles" where id = ? returning id) select * from gone', [id]),
  ],
  ['SQL by the connection', (em, id) => em.getConnection().execute('delete from articles where id = ?', [id])],
  ['SQL in a transaction', (em, id) => em.transactional((tx) => tx.execute('delete from articles where id = ?', [id]))],
  ['upsert', (em, id) => em.upsert(Article, { ...draftOf(editor.id), id })],
  ['upsertMany', (em, id) => em.upsertMany(Article, [{ ...draftOf(editor.id), id }])],
  ['a copy', (em, id) => em.clone(Article, { id })],
  ['Kysely', (em) => em.getKysely()],
  ['the client of the connection', (em) => em.getConnection().getClient()],
  ['a dump by the connection', (em) => em.getConnection().executeDump(`update articles set title = 'x'`)],
  ['the driver', (em, id) => em.getDriver().nativeUpdate(Article, { id }, { title: 'x' })],
  [
    'SQL by the connection of the driver',
    (em, id) => em.getDriver().getConnection().execute('delete from articles where id = ?', [id]),
  ],
  [
    'a reference that is not loaded',
    async (em, id) => {
      em.assign(em.getReference(Article, id), { title: 'x' });
      await em.flush();
    },
  ],
];

describe.each(unseen)('A write by %s', (_, write) => {
  test('is refused, since no policy can be asked about its rows', async () => {
    const own = await articleOf(editor.id);
    await expect((async () => write(unitOf(editing(editor.id)).em, own))()).rejects.toThrow(
      expect.objectContaining({ name: 'Error', message: expect.stringContaining('asSystem(reason, work)') }),
    );
    expect(await find(own)).toMatchObject({ title: 'Draft' });
  });
});

describe('What the guard does not ask about', () => {
  test('is the work of the system, which says so', async () => {
    const foreign = await articleOf(viewer.id);
    const { em, rows } = unitOf(editing(editor.id));
    await asSystem('a test says so', () =>
      em.qb(Article).update({ title: 'By the system' }).where({ id: foreign }).execute(),
    );
    const { id, version } = (await find(foreign)) as Article;
    await asSystem('a test says so', () => updateRow(rows, Article, { id, version }, { title: 'Again' }));
    expect(await find(foreign)).toMatchObject({ title: 'Again' });
    await expect(em.nativeDelete(Article, { id: foreign })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('is what is only read, and rows that have no policy', async () => {
    const { em } = unitOf({ kind: 'anonymous' });
    expect(await em.execute('select count(*) from articles')).toHaveLength(1);
    expect(await em.getConnection().execute('select 1 as updated from articles limit 1')).toHaveLength(1);
    expect(await em.getDriver().getConnection().execute('select 1 from articles limit 1')).toHaveLength(1);
    expect(await em.qb(Article).where({ status: 'DRAFT' }).getResultList()).not.toEqual([]);
    await em.execute('update audit_events set outcome = outcome where false');
    expect(defects).toEqual([]);
  });
});

test('The guard decides once on a row that is created or deleted, twice on one that is changed, and never on what is read', async () => {
  const { em } = unitOf(editing(editor.id));
  await em.find(Article, {});
  await em.flush();
  expect(asked).toEqual([]);
  await em.insertMany(Article, [draftOf(editor.id), draftOf(editor.id)]);
  expect(asked.splice(0)).toEqual(['Article.create', 'Article.create']);
  const own = await em.findOneOrFail(Article, { author: editor.id, status: 'DRAFT' });
  own.title = 'Changed';
  await em.flush();
  expect(asked.splice(0)).toEqual(['Article.update', 'Article.update']);
  em.remove(own);
  await em.flush();
  expect(asked).toEqual(['Article.delete']);
});

describe('A transaction', () => {
  test.each<[way: string, transactionOf: (em: EntityManager, seen: (transaction: object) => void) => Promise<void>]>([
    ['an entity manager', (em, seen) => em.transactional(async (tx) => seen(tx.getTransactionContext<object>() ?? {}))],
    ['a connection', (em, seen) => em.getConnection().transactional(async (transaction) => seen(transaction))],
    [
      'a savepoint',
      (em, seen) =>
        em.transactional((tx) => tx.transactional(async (inner) => seen(inner.getTransactionContext<object>() ?? {}))),
    ],
    [
      'an entity manager that works for nobody',
      (_, seen) => server.database.fork().transactional(async (tx) => seen(tx.getTransactionContext<object>() ?? {})),
    ],
  ])('of %s is nothing by which anything could be sent', async (_, transactionOf) => {
    const seen: object[] = [];
    await transactionOf(unitOf(editing(editor.id)).em, (transaction) => void seen.push(transaction));
    expect(seen).toHaveLength(1);
    for (const method of ['insertInto', 'updateTable', 'deleteFrom', 'executeQuery', 'getExecutor', 'savepoint'])
      expect(Reflect.get(seen[0] ?? {}, method)).toBeUndefined();
  });
});

test('A policy of a type for which there is no entity of the same name stops the start: its rows would be unguarded', () => {
  const metadata = server.database.orm.getMetadata();
  expect(() => requireEntities(policies, metadata)).not.toThrow();
  expect(() => requireEntities([...policies, { type: 'Note' }], metadata)).toThrow(
    new StartError(
      'There are policies of Note, and no entity of that name, whose rows the guard of writes would ask about: call the class of the entity as the type of the schema is called.',
    ),
  );
  const empty = { orm: { getMetadata: () => ({ getByClassName: () => undefined }) } };
  expect(() => createApi({ database: empty } as never)).toThrow(StartError);
});

test('The server asks by itself: a profile is changed by its owner, and no service forgot to ask', async () => {
  const { updateProfile } = await viewer.get<{ updateProfile: { displayName: string } }>(
    'mutation { updateProfile(input: { displayName: "Vera" }) { displayName } }',
  );
  expect(updateProfile).toEqual({ displayName: 'Vera' });
  expect(server.logged.filter((line) => line.includes('access defect'))).toEqual([]);
});
