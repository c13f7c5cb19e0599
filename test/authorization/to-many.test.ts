import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Collection, defineEntity, helper, MikroORM, p } from '@mikro-orm/core';
import { PgliteDriver } from '@mikro-orm/pglite';
import { buildSchema } from 'graphql';
import { bindPolicies, definePolicy, NOTHING, userIdOf } from '../../src/authorization/index.ts';
import type { AccessLogEvent, Condition, Conditions, Principal, Relation } from '../../src/authorization/index.ts';
import { selectFrom } from '../../src/database/shared-rows.ts';
import { anonymous, build, offenders, roles, user } from './support.ts';

/** "Members may read a project", by each way in which a database can say so. */

const Person = defineEntity({ name: 'Person', properties: { id: p.integer().primary(), name: p.string().nullable() } });
const Member = defineEntity({
  name: 'Member',
  properties: {
    id: p.integer().primary(),
    rank: p.integer(),
    user: () => p.manyToOne(Person).nullable(),
    project: () => p.manyToOne(Project),
  },
});
const Project = defineEntity({
  name: 'Project',
  properties: {
    id: p.integer().primary(),
    parent: () => p.manyToOne(Project).nullable(),
    members: () => p.oneToMany(Member).mappedBy('project'),
    children: () => p.oneToMany(Project).mappedBy('parent'),
    friends: () => p.manyToMany(Person),
    watchers: p.array((id) => Number(id)).columnType('int[]'),
  },
});

/** Everything but the collections stands in the SDL: members are nobody's business. */
const sdl = buildSchema(`
  type Person { id: ID! } type Project { id: ID! parent: Project watchers: [Int] } type Query { projects: [Project] }`);
const many: Readonly<Record<string, Relation>> = {
  'Project.members': { type: 'Member', isMany: true },
  'Project.children': { type: 'Project', isMany: true },
  'Project.friends': { type: 'Person', isMany: true },
  'Member.user': { type: 'Person', isMany: false },
  'Member.project': { type: 'Project', isMany: false },
};
const relations = (type: string, property: string) => many[`${type}.${property}`];

let orm: MikroORM;
beforeAll(async () => {
  orm = await MikroORM.init({ driver: PgliteDriver, dbName: 'memory://', entities: [Person, Member, Project] });
  await orm.schema.create();
  const em = orm.em.fork();
  for (const id of [1, 2, 3]) em.create(Person, { id, name: id === 3 ? null : `p${id}` });
  const people = (ids: readonly number[]) => ids.map((id) => em.getReference(Person, id));
  const project = (id: number, parent: number | null, friends: readonly number[], watchers: number[]) =>
    em.create(Project, {
      id,
      watchers,
      parent: parent === null ? null : em.getReference(Project, parent),
      friends: people(friends),
    });
  project(1, null, [1], [1, 2]);
  project(2, 1, [], []);
  project(3, 2, [1, 2, 3], [3]);
  project(4, 3, [3], [1]);
  const members: ReadonlyArray<readonly [project: number, user: number | null, rank: number]> = [
    [1, 1, 0],
    [1, 2, 5],
    [2, null, 9],
    [3, 1, 9],
    [3, 1, 1],
  ];
  members.forEach(([of, who, rank], index) =>
    em.create(Member, {
      id: index + 1,
      rank,
      project: em.getReference(Project, of),
      user: who === null ? null : em.getReference(Person, who),
    }),
  );
  await em.flush();
});
afterAll(() => orm.close(true));

type Draft = (conditions: Conditions<Record<string, unknown>>) => Condition;
const mine = (principal: Principal) => ({ user: userIdOf(principal) });
const policy = (read: Draft) =>
  definePolicy('Project', (conditions) => ({
    read: read(conditions),
    look: conditions.some('friends', conditions.owner('id')),
  }));
const memberPolicy = definePolicy('Member', ({ is }) => ({ read: is({ rank: { $gt: 3 } }) }));

const drafts: ReadonlyArray<readonly [what: string, read: Draft, ids: readonly number[]]> = [
  ['members of one-to-many', ({ some, is }) => some('members', is(mine)), [1, 3]],
  [
    'members of a rank',
    ({ some, is }) =>
      some(
        'members',
        is((who) => ({ ...mine(who), rank: { $gt: 3 } })),
      ),
    [3],
  ],
  ['members by all of', ({ some, allOf, is, owner }) => some('members', allOf(owner('user'), is({ rank: 0 }))), [1]],
  [
    'two members',
    ({ some, allOf, is, owner }) => allOf(some('members', owner('user')), some('members', is({ rank: 5 }))),
    [1],
  ],
  ['any member at all', ({ some, everyone }) => some('members', everyone), [1, 2, 3]],
  ['no member', ({ some, nobody }) => some('members', nobody), []],
  ['members that have no user', ({ some, is }) => some('members', is({ user: null })), [2]],
  ['members by the name of their user', ({ some, is }) => some('members', is({ user: { name: 'p2' } })), [1]],
  ['members whose policy allows it', ({ some, related }) => some('members', related('project', 'look')), [1, 3]],
  ['friends of many-to-many', ({ some, owner }) => some('friends', owner('id')), [1, 3]],
  ['friends by name', ({ some, is }) => some('friends', is({ name: null })), [3, 4]],
  [
    'watchers of a column of ids',
    ({ some, is }) =>
      some(
        'watchers',
        is(({ kind }) => ({ id: kind === 'user' ? 1 : 0 })),
      ),
    [1, 4],
  ],
  ['several watchers', ({ some, is }) => some('watchers', is({ id: { $in: [2, 3] } })), [1, 3]],
  ['watchers by any of', ({ some, is, anyOf }) => some('watchers', anyOf(is({ id: 2 }), is({ id: 3 }))), [1, 3]],
  ['any watcher', ({ some, everyone }) => some('watchers', everyone), [1, 3, 4]],
  ['friends of the parent', ({ related }) => related('parent', 'look'), [2, 4]],
  ['members of the parent of members', ({ some, is }) => some('members', is({ project: { parent: { id: 2 } } })), [3]],
  ['members by their project', ({ some, is }) => some('members', is({ project: { id: 3 } })), [3]],
  [
    'collections of members, which are nested',
    ({ some }) => some('members', (of) => of.related('project', 'look')),
    [1, 3],
  ],
  ['nested collections', ({ some }) => some('children', (of) => of.some('friends', of.owner('id'))), [2]],
  [
    'one of several',
    ({ anyOf, some, is }) => anyOf(some('members', is(mine)), some('friends', is({ id: 3 }))),
    [1, 3, 4],
  ],
];

const log: AccessLogEvent[] = [];
const boundTo = (read: Draft) =>
  bindPolicies({
    roles,
    policies: [policy(read), memberPolicy],
    schema: sdl,
    relations,
    isLoaded: (row) => (helper(row) as { isInitialized: () => boolean } | undefined)?.isInitialized() ?? true,
    load: async (type, id) => {
      const em = orm.em.fork();
      if (type === 'Project') return em.findOne(Project, { id: Number(id) });
      return type === 'Member' ? em.findOne(Member, { id: Number(id) }) : em.findOne(Person, { id: Number(id) });
    },
    loadMany: async (type, id, property) => {
      const found = await orm.em
        .fork()
        .findOneOrFail(Project, { id: Number(id) }, { populate: [property as 'members'] });
      return type === 'Project' ? [...(found[property as 'members'] as Iterable<object>)] : [];
    },
    log: (event) => log.push(event),
  });

describe.each(drafts)('A condition on %s', (_, read, ids) => {
  test('decides in memory as in one statement of SQL, whether or not the collections are loaded', async () => {
    log.length = 0;
    const bound = boundTo(read);
    const where = bound.where('Project', 'read', user('1'));
    const found = await orm.em.fork().find(Project, where, { orderBy: { id: 'asc' } });
    expect(where === NOTHING ? [] : found.map(({ id }) => id)).toEqual(ids);

    const em = orm.em.fork();
    const loaded = await em.find(
      Project,
      {},
      {
        orderBy: { id: 'asc' },
        populate: ['members', 'members.user', 'friends', 'children', 'parent', 'parent.friends'],
      },
    );
    const bare = await orm.em.fork().find(Project, {}, { orderBy: { id: 'asc' } });
    for (const rows of [loaded, bare]) {
      const decided: number[] = [];
      for (const row of rows) if (await bound.decide('Project', 'read', user('1'), row)) decided.push(row.id);
      expect(decided).toEqual(ids);
    }
    expect(log).toEqual([]);
  });
});

describe('A condition on a collection', () => {
  const read: Draft = ({ some, is }) => some('members', is(mine));

  test('is not met by a principal without a user', () => {
    const bound = boundTo(read);
    expect(bound.where('Project', 'read', anonymous)).toBe(NOTHING);
    expect(bound.decide('Project', 'read', anonymous, { id: 1, members: [{ user: undefined }] })).toBe(false);
  });

  test('explains itself', async () => {
    const bound = boundTo(read);
    const row = { id: 1, members: [{ user: '1' }] };
    expect(await bound.explain('Project', 'read', user('1'), row)).toMatchObject({
      allowed: true,
      reason: 'allowed: some of members: a filter for this principal',
    });
    expect(await bound.explain('Project', 'read', user('9'), row)).toMatchObject({ allowed: false });
  });

  test('reads lists, sets and null without a loader', () => {
    const bound = bindPolicies({ roles, policies: [policy(read)] });
    const decide = (members: unknown) => bound.decide('Project', 'read', user('1'), { id: 1, members });
    expect(decide([{ user: { id: 1 } }])).toBe(true);
    expect(decide(new Set([{ user: 2 }, { user: 1 }]))).toBe(true);
    expect(decide([])).toBe(false);
    expect(decide(null)).toBe(false);
  });

  test('that is not loaded denies without a loader, and is logged', async () => {
    log.length = 0;
    const bound = bindPolicies({ roles, policies: [policy(read)], log: (event) => log.push(event) });
    for (const members of [undefined, new Collection({ id: 1 }, undefined, false)]) {
      expect(await bound.decide('Project', 'read', user('1'), { id: 1, members })).toBe(false);
    }
    expect(log.map(({ kind }) => kind)).toEqual(['policy', 'policy']);
  });

  test('asks for all that is not loaded at once', async () => {
    const asked: string[] = [];
    const bound = bindPolicies({
      roles,
      policies: [policy(({ some, is }) => some('members', is({ rank: 1 })))],
      relations,
      load: async (type, id) => {
        asked.push(`${type} ${id}`);
        await new Promise((resolve) => setTimeout(resolve, 0));
        return { id, rank: id === '3' ? 1 : 0 };
      },
    });
    const decision = bound.decide('Project', 'read', user('1'), { id: 1, members: ['1', '2', '3'] });
    await Promise.resolve();
    expect(asked).toEqual(['Member 1', 'Member 2', 'Member 3']);
    expect(await decision).toBe(true);
  });

  test('loads nothing if ids alone decide', () => {
    const bound = bindPolicies({
      roles,
      policies: [policy(({ some, owner }) => some('friends', owner('id')))],
      relations,
    });
    expect(bound.decide('Project', 'read', user('1'), { id: 1, friends: [2, 1] })).toBe(true);
  });

  test('guards the rows of a list, which come through the loader of the guard', async () => {
    const { ask } = build({
      sdl: `type Project @can(action: "read") { id: ID } type Query { projects: [Project] @public }`,
      policies: [policy(read)],
      relations,
      resolvers: { Query: { projects: () => [{ id: '1' }, { id: '2' }] } },
      loadMany: async (type, id, property) =>
        `${type} ${id} ${property}` === 'Project 2 members' ? [{ user: 'me' }] : [],
    });
    expect((await ask('{ projects { id } }', user('me'))).data).toEqual({ projects: [{ id: '2' }] });
  });
});

describe('A filter that looks into a to-many relation', () => {
  const filters: ReadonlyArray<readonly [what: string, read: Draft]> = [
    ['as it is written', ({ is }) => is({ members: { user: 'me' } })],
    ['as a function of the principal', ({ is }) => is((who) => ({ members: { user: userIdOf(who) } }))],
    ['behind another', ({ is }) => is({ parent: { members: { user: 'me' } } })],
    ['within `some`', ({ some, is }) => some('friends', is({ projects: { id: 1 } }))],
  ];
  const project = `type Project @can(action: "read") { id: ID parent: Project members: [Member] friends: [Person] team: Member } type Member { id: ID } type Person { id: ID projects: ProjectConnection } type ProjectConnection { nodes: [Project] } type Query { p: Project @public }`;

  test.each(filters)('does not build: %s', (_, read) => {
    expect(offenders({ sdl: project, policies: [policy(read)] })).toEqual(['policy Project.read']);
  });

  test.each(filters.slice(0, 3))('denies in memory and in SQL: %s', async (_, read) => {
    const bound = bindPolicies({
      roles,
      policies: [policy(read)],
      schema: buildSchema(`directive @can(action: String!) on OBJECT directive @public on FIELD_DEFINITION ${project}`),
    });
    const row = { id: 1, members: [{ user: 'me' }], parent: { id: 2, members: [{ user: 'me' }] } };
    expect(await bound.decide('Project', 'read', user('me'), row)).toBe(false);
    expect(bound.where('Project', 'read', user('me'))).toBe(NOTHING);
  });

  test('`some` on what holds one row, or is nowhere known, does not build', () => {
    const on = (property: string) =>
      offenders({ sdl: project, policies: [policy(({ some, everyone }) => some(property, everyone))] });
    expect(on('members')).toEqual([]);
    expect(on('team')).toEqual(['policy Project.read']);
    expect(on('nowhere')).toEqual(['policy Project.read']);
  });
});

test('Conditions on collections are typed by the rows in them', () => {
  interface Typed {
    readonly id: string;
    readonly members: ReadonlyArray<{
      readonly user: string;
      readonly rank: number;
      readonly teams: Iterable<{ readonly lead: string }>;
    }>;
    readonly watchers: readonly string[];
    readonly name: string;
  }
  const typed = definePolicy('Typed', ({ some, is, owner, anyOf }: Conditions<Typed>) => ({
    member: some('members', is({ user: 'me' })),
    byFunction: some(
      'members',
      anyOf(
        is((principal) => ({ user: userIdOf(principal) })),
        owner('user'),
      ),
    ),
    watcher: some('watchers', is({ id: 'me' })),
    nested: some('members', ({ some: someOf, owner: ownerOf }) => someOf('teams', ownerOf('lead'))),
    // @ts-expect-error: the rows of the collection have no such property
    misspelt: some('members', is({ usr: 'me' })),
    // @ts-expect-error: nor has the row itself
    unknown: some('membres', is({ user: 'me' })),
    // @ts-expect-error: a filter cannot look into a collection
    filtered: is({ members: { user: 'me' } }),
  }));
  expect(Object.keys(typed.actions)).toHaveLength(7);
});

test('A many-to-many property has no column by which rows are read', () => {
  const { primaryKey, ...columns } = { primaryKey: 'id', parent: 'parent_id', watchers: 'watchers' };
  const expected = [primaryKey, ...Object.values(columns)].map((name) => `"${name}"`).join(', ');
  expect(selectFrom(orm.getMetadata(Project))).toBe(`select ${expected} from "project"`);
});
