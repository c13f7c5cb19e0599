import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { MikroORM } from '@mikro-orm/pglite';
import type { EntityManager, MikroORM as ServerORM } from '@mikro-orm/postgresql';
import { isLoadedRow } from '../../src/app/guarded-schema.ts';
import { bindPolicies, definePolicy, type Conditions } from '../../src/authorization/index.ts';
import { ormOptions } from '../../src/database/orm-options.ts';
import { relationOfTable } from '../../src/database/rows/collections.ts';
import { asSystem } from '../../src/database/write-guard/as-system.ts';
import { GuardedEntityManager } from '../../src/database/write-guard/guarded-entity-manager.ts';
import type { WriteGuard } from '../../src/database/write-guard/write-guard.ts';
import { AppError } from '../../src/errors.ts';

const PersonSchema = defineEntity({
  name: 'Person',
  properties: { id: p.string().primary(), projects: () => p.manyToMany(Project).mappedBy('members') },
});
class Person extends PersonSchema.class {}
PersonSchema.setClass(Person);
const TaskSchema = defineEntity({
  name: 'Task',
  properties: { id: p.string().primary(), project: () => p.manyToOne(Project).nullable() },
});
class Task extends TaskSchema.class {}
TaskSchema.setClass(Task);
const ProjectSchema = defineEntity({
  name: 'Project',
  properties: {
    id: p.string().primary(),
    members: () => p.manyToMany(Person).inversedBy('projects').pivotTable('memberships'),
    tasks: () => p.oneToMany(Task).mappedBy('project'),
  },
});
class Project extends ProjectSchema.class {}
ProjectSchema.setClass(Project);

const policies = [
  definePolicy('Project', ({ some }: Conditions<Project>) => {
    const byMember = some('members', ({ owner }) => owner('id'));
    return { create: byMember, update: byMember };
  }),
  definePolicy<Task>('Task', ({ nobody }) => ({ update: nobody })),
];

let orm: ServerORM;

beforeAll(async () => {
  const opened: unknown = await MikroORM.init({
    ...(ormOptions([Person, Project, Task]) as object),
    dbName: 'memory://',
  });
  orm = opened as ServerORM;
});
beforeEach(async () => {
  await orm.schema.refresh();
  const em = orm.em.fork();
  const [ann, bob] = ['ann', 'bob', 'eve'].map((id) => em.create(Person, { id }));
  const project = em.create(Project, { id: 'theirs', members: [ann as Person, bob as Person] });
  em.create(Task, { id: 'first', project });
  await em.flush();
});
afterAll(() => orm.close(true));

/** A unit of work as a service has it that asks nobody. */
function unitOf(user: string): EntityManager {
  const bound = bindPolicies({
    roles: {},
    policies,
    isLoaded: isLoadedRow,
    relations: (type, property) => relationOfTable(orm, type, property),
    load: async () => null,
    loadMany: async (_, id) =>
      (await orm.em.fork().findOneOrFail(Project, id, { populate: ['members'] })).members.getItems(),
  });
  const guard: WriteGuard = {
    guards: (type) => policies.some((policy) => policy.type === type),
    async require(action, type, row) {
      const principal = { kind: 'user', id: user, roles: [], scopes: [] } as const;
      if (!(await bound.decide(type, action, principal, row))) throw new AppError('FORBIDDEN', `${type}.${action}`);
    },
  };
  const em: unknown = orm.em.fork();
  if (!(em instanceof GuardedEntityManager)) throw new TypeError('The entity manager knows no guards.');
  return em.guardedBy(guard);
}

const membersOf = async (id = 'theirs'): Promise<string[]> =>
  (await orm.em.fork().findOneOrFail(Project, id, { populate: ['members'] })).members.getIdentifiers().toSorted();

const loaded = (em: EntityManager): Promise<Project> => em.findOneOrFail(Project, 'theirs', { populate: ['members'] });

const adding: ReadonlyArray<readonly [way: string, add: (em: EntityManager) => Promise<void>]> = [
  ['the collection', async (em) => void (await loaded(em)).members.add(em.getReference(Person, 'eve'))],
  [
    'the collection, which is not loaded',
    async (em) => void (await em.findOneOrFail(Project, 'theirs')).members.add(em.getReference(Person, 'eve')),
  ],
  [
    'a collection that is replaced',
    async (em) => (await loaded(em)).members.set(['ann', 'bob', 'eve'].map((id) => em.getReference(Person, id))),
  ],
  [
    'the collection at the other end',
    async (em) => {
      const eve = await em.findOneOrFail(Person, 'eve', { populate: ['projects'] });
      eve.projects.add(await em.findOneOrFail(Project, 'theirs'));
    },
  ],
];

describe.each(adding)('A row that is related to another by %s', (_, add) => {
  test('is a row that is changed: by those whom its policy lets', async () => {
    const stranger = unitOf('eve');
    await add(stranger);
    await expect(stranger.flush()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await membersOf()).toEqual(['ann', 'bob']);
    const member = unitOf('ann');
    await add(member);
    await member.flush();
    expect(await membersOf()).toEqual(['ann', 'bob', 'eve']);
  });
});

describe('A relation to many others', () => {
  test('is asked about as it would be, too: a member does not leave a project that it could not change then', async () => {
    const em = unitOf('ann');
    const project = await loaded(em);
    project.members.remove(em.getReference(Person, 'ann'));
    await expect(em.flush()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await membersOf()).toEqual(['ann', 'bob']);
  });

  test('of a new row is a part of what it is created with', async () => {
    const create = async (by: string, id: string): Promise<void> => {
      const em = unitOf(by);
      em.create(Project, { id, members: [await em.findOneOrFail(Person, 'eve')] });
      await em.flush();
    };
    await expect(create('ann', 'of ann')).rejects.toMatchObject({ code: 'FORBIDDEN', message: 'Project.create' });
    await create('eve', 'of eve');
    expect(await membersOf('of eve')).toEqual(['eve']);
  });

  test.each<[way: string, write: (em: EntityManager) => unknown]>([
    [
      'the other end, by a reference that is not loaded',
      async (em) => {
        const eve = await em.findOneOrFail(Person, 'eve', { populate: ['projects'] });
        eve.projects.add(em.getReference(Project, 'theirs'));
      },
    ],
    [
      'the other end, which is emptied without being loaded',
      async (em) => (await em.findOneOrFail(Person, 'ann')).projects.removeAll(),
    ],
    [
      'a collection of rows, which is emptied without being loaded',
      async (em) => (await em.findOneOrFail(Project, 'theirs')).tasks.removeAll(),
    ],
    ['the other end, by a native update', (em) => em.nativeUpdate(Person, { id: 'ann' }, { projects: [] })],
    ['the other end, by a native insert', (em) => em.insert(Person, { id: 'zoe', projects: ['theirs'] })],
    ['the other end, by many native inserts', (em) => em.insertMany(Person, [{ id: 'zoe', projects: ['theirs'] }])],
    ['SQL on the table between', (em) => em.execute(`delete from memberships where project_id = 'theirs'`)],
  ])('is refused if it is written by %s, since no policy can be asked', async (_, write) => {
    const em = unitOf('ann');
    await expect(
      (async () => {
        await write(em);
        await em.flush();
      })(),
    ).rejects.toThrow('asSystem(reason, work)');
    expect(await membersOf()).toEqual(['ann', 'bob']);
    expect(await orm.em.fork().count(Task, { project: 'theirs' })).toBe(1);
  });

  test('is not asked about if the system writes it, or if its row has no policy', async () => {
    const em = unitOf('eve');
    (await loaded(em)).members.add(em.getReference(Person, 'eve'));
    await asSystem('a test says so', () => em.flush());
    expect(await membersOf()).toEqual(['ann', 'bob', 'eve']);
  });
});
