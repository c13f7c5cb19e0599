import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { MikroORM } from '@mikro-orm/pglite';
import type { MikroORM as ServerORM } from '@mikro-orm/postgresql';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { graphql } from 'graphql';
import {
  accessDirectives,
  definePolicy,
  guardSchema,
  userIdOf,
  type Conditions,
} from '../../src/authorization/index.ts';
import { collectionOf, relationOfTable } from '../../src/database/rows/collections.ts';
import { createRows, createRowDatabase } from '../../src/database/rows/source.ts';
import { createStatements } from '../../src/database/rows/statement-cache.ts';
import { isLoadedRow } from '../../src/app/guarded-schema.ts';

const MemberSchema = defineEntity({
  name: 'Member',
  properties: { id: p.uuid().primary(), user: p.string(), project: () => p.manyToOne(Project) },
});
class Member extends MemberSchema.class {}
MemberSchema.setClass(Member);
const ProjectSchema = defineEntity({
  name: 'Project',
  properties: { id: p.uuid().primary(), members: () => p.oneToMany(Member).mappedBy('project') },
});
class Project extends ProjectSchema.class {}
ProjectSchema.setClass(Project);

const idOf = (number: number): string => `01900000-0000-7000-8000-00000000000${number}`;
const statements: string[] = [];
let orm: ServerORM;

beforeAll(async () => {
  const opened: unknown = await MikroORM.init({
    dbName: 'memory://',
    entities: [Project, Member],
    debug: ['query'],
    logger: (statement) => void statements.push(statement),
  });
  orm = opened as ServerORM;
  await orm.schema.create();
  const em = orm.em.fork();
  const projects = [1, 2, 3].map((number) => em.create(Project, { id: idOf(number) }));
  for (const [id, project, user] of [
    [4, 0, 'ann'],
    [5, 0, 'bob'],
    [6, 1, 'ann'],
  ] as const)
    em.create(Member, { id: idOf(id), user, project: projects[project] as Project });
  await em.flush();
});
afterAll(() => orm.close(true));

const projectPolicy = definePolicy('Project', ({ some, is }: Conditions<Project>) => ({
  read: some(
    'members',
    is((principal) => ({ user: userIdOf(principal) })),
  ),
}));

describe('A policy that looks into a collection of the database', () => {
  test('is decided by rows that are read for the whole list at once, without a field of the schema', async () => {
    const source = createRowDatabase(orm, async () => [], createStatements(false));
    const schema = guardSchema<{ user: string }>(
      makeExecutableSchema({
        typeDefs: [
          accessDirectives,
          'type Project @can(action: "read") { id: ID! } type Query { projects: [Project!]! @public }',
        ],
        resolvers: { Query: { projects: () => orm.em.fork().find(Project, {}, { orderBy: { id: 'asc' } }) } },
      }),
      {
        principal: ({ user }) => ({ kind: 'user', id: user, roles: [], scopes: [] }),
        roles: {},
        policies: [projectPolicy],
        isLoaded: isLoadedRow,
        relations: (type, property) => relationOfTable(orm, type, property),
        loadMany: (type, id, property) => collectionOf(createRows(source), type, id, property),
      },
    );
    const readBy = async (user: string): Promise<unknown> =>
      (await graphql({ schema, source: '{ projects { id } }', contextValue: { user } })).data?.['projects'];
    statements.length = 0;
    expect(await readBy('ann')).toEqual([{ id: idOf(1) }, { id: idOf(2) }]);
    // The list, its projects again, and the members of all of them.
    expect(statements).toHaveLength(3);
    expect(await readBy('bob')).toEqual([{ id: idOf(1) }]);
    expect(await readBy('eve')).toEqual([]);
  });

  test('is refused by the name of what is no collection, and finds nothing for an id that is none', async () => {
    const rows = createRows(createRowDatabase(orm, async () => [], createStatements(false)));
    await expect(collectionOf(rows, 'Member', idOf(1), 'project')).rejects.toThrow('Member.project is no collection.');
    expect(await collectionOf(rows, 'Project', 'none', 'members')).toEqual([]);
    expect(relationOfTable(orm, 'Member', 'project')).toEqual({ type: 'Project', isMany: false });
    expect(relationOfTable(orm, 'Member', 'user')).toBeUndefined();
    expect(relationOfTable(orm, 'Stranger', 'user')).toBeUndefined();
  });
});
